/**
 * The condition keys of the key service, each by a denial in an IAM policy: a request that it is about and one that it is not.
 * Source: AWS KMS Developer Guide, "Condition keys for AWS KMS".
 */
import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateMacCommand,
  type GrantOperation,
  type KeySpec,
  type KeyUsageType,
  type KMSClient,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  type SigningAlgorithmSpec,
  TagResourceCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount, otherAccount } from '../../support/accounts.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { startTestServer } from '../../support/server.ts'

const MAIN = `arn:aws:iam::${mainAccount.id}:root`
const OTHER = `arn:aws:iam::${otherAccount.id}:root`
const Plaintext = Buffer.from('x')
const Operations: GrantOperation[] = ['Encrypt']
let server: TestServer
let kms: KMSClient
let KeyId: string
let another: string
let ciphertext: Uint8Array | undefined
let made = 0

beforeAll(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  KeyId = await makeKey()
  another = await makeKey()
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/secret', TargetKeyId: KeyId }))
  ciphertext = (await kms.send(new EncryptCommand({ KeyId, Plaintext }))).CiphertextBlob
  const kinds = {
    signer: { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' },
    mac: { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
    rsa: { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' },
  } as const
  for (const [name, kind] of Object.entries(kinds)) {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand(kind))
    const alias = { AliasName: `alias/${name}`, TargetKeyId: KeyMetadata?.KeyId }
    await kms.send(new CreateAliasCommand(alias))
  }
  return () => server[Symbol.asyncDispose]()
})

async function makeKey(): Promise<string> {
  return (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? ''
}

const statement = (Effect: string, more: object = {}) => ({
  Effect,
  Action: 'kms:*',
  Resource: '*',
  ...more,
})
const keyPolicy = () =>
  JSON.stringify({ Version: '2012-10-17', Statement: statement('Allow', { Principal: { AWS: MAIN } }) })

async function outcome(doing: Promise<unknown>): Promise<string> {
  return doing.then(
    () => 'done',
    (error: Error) => error.name,
  )
}

type Call = (client: KMSClient) => Promise<unknown>

const encrypt: Call = (client) => client.send(new EncryptCommand({ KeyId, Plaintext }))
const encryptOther: Call = (client) => client.send(new EncryptCommand({ KeyId: another, Plaintext }))
const encryptAs =
  (name: string): Call =>
  (client) =>
    client.send(new EncryptCommand({ KeyId: name, Plaintext }))
const schedule =
  (PendingWindowInDays?: number): Call =>
  async (client) =>
    client.send(new ScheduleKeyDeletionCommand({ KeyId: await makeKey(), PendingWindowInDays }))
const rotate =
  (RotationPeriodInDays?: number): Call =>
  (client) =>
    client.send(new EnableKeyRotationCommand({ KeyId: another, RotationPeriodInDays }))
const put =
  (BypassPolicyLockoutSafetyCheck?: boolean): Call =>
  (client) =>
    client.send(new PutKeyPolicyCommand({ KeyId, Policy: keyPolicy(), BypassPolicyLockoutSafetyCheck }))
const create =
  (BypassPolicyLockoutSafetyCheck?: boolean): Call =>
  (client) =>
    client.send(new CreateKeyCommand({ BypassPolicyLockoutSafetyCheck }))
const grant =
  (input: object): Call =>
  (client) =>
    client.send(new CreateGrantCommand({ KeyId, GranteePrincipal: MAIN, Operations, ...input }))
const describeKey: Call = (client) => client.send(new DescribeKeyCommand({ KeyId }))
const reEncrypt =
  (destination: () => string): Call =>
  (client) =>
    client.send(new ReEncryptCommand({ CiphertextBlob: ciphertext, DestinationKeyId: destination() }))
const decrypt: Call = (client) => client.send(new DecryptCommand({ CiphertextBlob: ciphertext }))
const generate: Call = (client) => client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))
const sign =
  (SigningAlgorithm: SigningAlgorithmSpec, MessageType?: 'DIGEST'): Call =>
  (client) => {
    const Message = Buffer.alloc(MessageType ? 32 : 5)
    return client.send(new SignCommand({ KeyId: 'alias/signer', Message, MessageType, SigningAlgorithm }))
  }
const createKind =
  (KeySpec: KeySpec, KeyUsage: KeyUsageType): Call =>
  (client) =>
    client.send(new CreateKeyCommand({ KeySpec, KeyUsage }))
const mac: Call = (client) =>
  client.send(
    new GenerateMacCommand({ KeyId: 'alias/mac', Message: Plaintext, MacAlgorithm: 'HMAC_SHA_256' }),
  )
const encryptByRsa =
  (EncryptionAlgorithm: 'RSAES_OAEP_SHA_1' | 'RSAES_OAEP_SHA_256'): Call =>
  async (client) => {
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId: 'alias/rsa', Plaintext, EncryptionAlgorithm }),
    )
    return client.send(new DecryptCommand({ KeyId: 'alias/rsa', CiphertextBlob, EncryptionAlgorithm }))
  }
const pair =
  (KeyPairSpec: 'ECC_NIST_P256' | 'ECC_NIST_P384'): Call =>
  (client) =>
    client.send(new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec }))
const constrained = (type: string) => grant({ Constraints: { [type]: { team: 'red' } } })

const CASES: readonly (readonly [
  string,
  condition: object,
  denied: readonly Call[],
  done: readonly Call[],
])[] = [
  [
    'ScheduleKeyDeletionPendingWindowInDays',
    { NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } },
    [schedule(7), schedule(29)],
    [schedule(30), schedule()],
  ],
  [
    'RotationPeriodInDays',
    { NumericLessThanEquals: { 'kms:RotationPeriodInDays': '180' } },
    [rotate(90), rotate(180)],
    [rotate(181), rotate()],
  ],
  [
    'BypassPolicyLockoutSafetyCheck',
    { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } },
    [put(true), create(true)],
    [put(false), put(), create()],
  ],
  [
    'RequestAlias',
    { StringLike: { 'kms:RequestAlias': 'alias/sec*' } },
    [encryptAs('alias/secret'), encryptAs(`arn:aws:kms:us-east-1:${mainAccount.id}:alias/secret`)],
    [encrypt, describeKey],
  ],
  [
    'ResourceAliases',
    { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/secret' } },
    [encrypt, describeKey, decrypt, encryptAs('alias/secret')],
    [encryptOther],
  ],
  [
    'GranteePrincipal',
    { StringEquals: { 'kms:GranteePrincipal': OTHER } },
    [grant({ GranteePrincipal: OTHER }), grant({ GranteePrincipal: otherAccount.id })],
    [grant({})],
  ],
  [
    'RetiringPrincipal',
    { StringEquals: { 'kms:RetiringPrincipal': OTHER } },
    [grant({ RetiringPrincipal: OTHER })],
    [grant({}), grant({ RetiringPrincipal: MAIN })],
  ],
  [
    'GrantConstraintType',
    { StringEquals: { 'kms:GrantConstraintType': 'EncryptionContextSubset' } },
    [constrained('EncryptionContextSubset')],
    [grant({}), constrained('EncryptionContextEquals')],
  ],
  [
    'EncryptionAlgorithm',
    { StringEquals: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } },
    [encrypt, decrypt, generate, reEncrypt(() => another)],
    [describeKey, grant({})],
  ],
  [
    'EncryptionAlgorithm that none has',
    { StringNotEqualsIfExists: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } },
    [],
    [encrypt, decrypt, generate],
  ],
  [
    'EncryptionAlgorithm of another kind',
    { StringEquals: { 'kms:EncryptionAlgorithm': 'RSAES_OAEP_SHA_1' } },
    [encryptByRsa('RSAES_OAEP_SHA_1')],
    [encryptByRsa('RSAES_OAEP_SHA_256'), encrypt],
  ],
  [
    'SigningAlgorithm',
    { StringLike: { 'kms:SigningAlgorithm': 'RSASSA_PKCS1_*' } },
    [sign('RSASSA_PKCS1_V1_5_SHA_256')],
    [sign('RSASSA_PSS_SHA_256'), encrypt],
  ],
  [
    'MessageType',
    { StringEquals: { 'kms:MessageType': 'RAW' } },
    [sign('RSASSA_PSS_SHA_256')],
    [sign('RSASSA_PSS_SHA_256', 'DIGEST')],
  ],
  ['MacAlgorithm', { StringEquals: { 'kms:MacAlgorithm': 'HMAC_SHA_256' } }, [mac], [encrypt]],
  [
    'DataKeyPairSpec',
    { StringEquals: { 'kms:DataKeyPairSpec': 'ECC_NIST_P256' } },
    [pair('ECC_NIST_P256')],
    [pair('ECC_NIST_P384'), encrypt],
  ],
  [
    'KeyUsage of others',
    { StringEquals: { 'kms:KeyUsage': 'SIGN_VERIFY' } },
    [sign('RSASSA_PSS_SHA_256'), createKind('ECC_NIST_P256', 'SIGN_VERIFY')],
    [mac, encrypt, createKind('ECC_NIST_P256', 'KEY_AGREEMENT')],
  ],
  [
    'ReEncryptOnSameKey',
    { Bool: { 'kms:ReEncryptOnSameKey': 'false' } },
    [reEncrypt(() => another)],
    [reEncrypt(() => KeyId), encrypt],
  ],
  ...['KeySpec', 'CustomerMasterKeySpec'].map(
    (name) =>
      [name, { StringEquals: { [`kms:${name}`]: 'SYMMETRIC_DEFAULT' } }, [encrypt, create()], []] as const,
  ),
  [
    'KeyUsage',
    { StringNotEquals: { 'kms:KeyUsage': 'ENCRYPT_DECRYPT' } },
    [],
    [encrypt, describeKey, create()],
  ],
  ['KeyOrigin', { StringEquals: { 'kms:KeyOrigin': 'AWS_KMS' } }, [describeKey, create()], []],
  ['MultiRegion', { Bool: { 'kms:MultiRegion': 'true' } }, [], [describeKey, create()]],
]

describe('a denial in an IAM policy', () => {
  it.each(CASES)('by kms:%s', async (_name, Condition, denied, done) => {
    const deny = statement('Deny', { Condition })
    const client = kmsClient(server, await makeUser(server, `user-${made++}`, statement('Allow'), deny))
    for (const call of denied) expect(await outcome(call(client))).toBe('AccessDeniedException')
    for (const call of done) expect(await outcome(call(client))).toBe('done')
  })
})

it('a permission by kms:ResourceAliases is for the keys that have the alias', async () => {
  const Condition = { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': 'alias/sec*' } }
  const client = kmsClient(server, await makeUser(server, 'by-alias', statement('Allow', { Condition })))
  expect([await outcome(encrypt(client)), await outcome(encryptOther(client))]).toEqual([
    'done',
    'AccessDeniedException',
  ])
})

it('a key policy may deny a short waiting period, but not by the aliases of its key', async () => {
  const own = await makeKey()
  const asking = (Condition: object) => {
    const Statement = [
      statement('Allow', { Principal: { AWS: MAIN } }),
      statement('Deny', { Principal: '*', Action: 'kms:ScheduleKeyDeletion', Condition }),
    ]
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    return kms.send(new PutKeyPolicyCommand({ KeyId: own, Policy }))
  }
  const byAlias = asking({ 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/secret' } })
  expect(await outcome(byAlias)).toBe('MalformedPolicyDocumentException')
  await asking({ NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } })
  const scheduling = (PendingWindowInDays: number) =>
    outcome(kms.send(new ScheduleKeyDeletionCommand({ KeyId: own, PendingWindowInDays })))
  expect([await scheduling(7), await scheduling(30)]).toEqual(['AccessDeniedException', 'done'])
})

it('shows policies the value that a key is left with, of tags that differ in case alone, in whatever order they come', async () => {
  const of = (key: string, value: string) => ({ Condition: { StringEquals: { [`aws:${key}/team`]: value } } })
  const credentials = await makeUser(
    server,
    'tagger',
    statement('Allow', { Action: 'kms:TagResource', ...of('RequestTag', 'red') }),
    statement('Allow', { Action: 'kms:DescribeKey', ...of('ResourceTag', 'blue') }),
  )
  const tagger = kmsClient(server, credentials)
  const own = await makeKey()
  const tag = (...tags: readonly (readonly [string, string])[]) =>
    outcome(
      tagger.send(
        new TagResourceCommand({
          KeyId: own,
          Tags: tags.map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
        }),
      ),
    )
  const red = ['Team', 'red'] as const
  const blue = ['team', 'blue'] as const
  expect(await tag(red)).toBe('done')
  expect(await tag(blue, red)).toBe('AccessDeniedException')
  expect(await tag(red, blue)).toBe('AccessDeniedException')
  expect(await outcome(tagger.send(new DescribeKeyCommand({ KeyId: own })))).toBe('AccessDeniedException')
})
