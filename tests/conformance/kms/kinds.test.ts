/** Keys that are not symmetric: what grants on them permit to another account and nothing else, and in which states they can be used. */
import { generateKeyPairSync } from 'node:crypto'
import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecapsulateCommand,
  DecryptCommand,
  DeriveSharedSecretCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncapsulateCommand,
  EncryptCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  type GrantOperation,
  type KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { startTestServer } from '../../support/server.ts'

const OTHER = `arn:aws:iam::${otherAccount.id}:root`
const Message = Buffer.from('message')
const BLOB = Buffer.alloc(256)
const PublicKey = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({
  format: 'der',
  type: 'spki',
})

let server: TestServer
let owner: KMSClient
let other: KMSClient
beforeAll(async () => {
  server = await startTestServer()
  owner = kmsClient(server)
  other = kmsClient(server, otherCredentials)
  return () => server[Symbol.asyncDispose]()
})

async function newKey(input: CreateKeyCommandInput): Promise<string> {
  return (await owner.send(new CreateKeyCommand(input))).KeyMetadata?.Arn ?? ''
}

const SIGNING = { Message, SigningAlgorithm: 'ECDSA_SHA_256' } as const
const MAC = { Message, MacAlgorithm: 'HMAC_SHA_256' } as const
const OAEP = { EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' } as const
const ML_KEM = { EncapsulationAlgorithm: 'ML_KEM' } as const
const COMMANDS: Readonly<Partial<Record<GrantOperation, (KeyId: string) => unknown>>> = {
  Sign: (KeyId) => new SignCommand({ KeyId, ...SIGNING }),
  Verify: (KeyId) => new VerifyCommand({ KeyId, ...SIGNING, Signature: BLOB }),
  GetPublicKey: (KeyId) => new GetPublicKeyCommand({ KeyId }),
  GenerateMac: (KeyId) => new GenerateMacCommand({ KeyId, ...MAC }),
  VerifyMac: (KeyId) => new VerifyMacCommand({ KeyId, ...MAC, Mac: BLOB }),
  DeriveSharedSecret: (KeyId) =>
    new DeriveSharedSecretCommand({ KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey }),
  Encrypt: (KeyId) => new EncryptCommand({ KeyId, ...OAEP, Plaintext: Message }),
  Decrypt: (KeyId) => new DecryptCommand({ KeyId, ...OAEP, CiphertextBlob: BLOB }),
  Encapsulate: (KeyId) => new EncapsulateCommand({ KeyId, ...ML_KEM }),
  Decapsulate: (KeyId) => new DecapsulateCommand({ KeyId, ...ML_KEM, SharedSecretCiphertextBlob: BLOB }),
}

/** Whether the other account may: what goes wrong for another reason has been permitted. */
async function may(operation: string, KeyId: string): Promise<boolean> {
  const command = COMMANDS[operation as GrantOperation]?.(KeyId)
  return other.send(command as never).then(
    () => true,
    (error: Error) => error.name !== 'AccessDeniedException',
  )
}

const KINDS: readonly (readonly [CreateKeyCommandInput, GrantOperation[]])[] = [
  [{ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }, ['Sign', 'Verify', 'GetPublicKey']],
  [{ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }, ['GenerateMac', 'VerifyMac']],
  [{ KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' }, ['DeriveSharedSecret', 'GetPublicKey']],
  [{ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }, ['Encrypt', 'Decrypt', 'GetPublicKey']],
  [
    { KeySpec: 'ML_KEM_512', KeyUsage: 'ENCAPSULATE_DECAPSULATE' },
    ['Encapsulate', 'Decapsulate', 'GetPublicKey'],
  ],
]

it.each(KINDS)('a grant on a key of %j permits each of %j by itself', async (kind, operations) => {
  for (const granted of operations) {
    const KeyId = await newKey(kind)
    const grant = { KeyId, GranteePrincipal: OTHER, Operations: [granted] }
    const { GrantToken = '' } = await owner.send(new CreateGrantCommand(grant))
    const permitted = []
    for (const operation of Object.keys(COMMANDS)) if (await may(operation, KeyId)) permitted.push(operation)
    expect(permitted).toEqual([granted])
    expect(GrantToken).not.toBe('')
  }
})

it('a grant holds for the ARN of an alias, too', async () => {
  const KeyId = await newKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  await owner.send(new CreateAliasCommand({ AliasName: 'alias/theirs', TargetKeyId: KeyId }))
  const alias = `arn:aws:kms:us-east-1:${mainAccount.id}:alias/theirs`
  expect(await may('Sign', alias)).toBe(false)
  const grant = { KeyId, GranteePrincipal: OTHER, Operations: ['Sign' as const] }
  const { GrantToken = '' } = await owner.send(new CreateGrantCommand(grant))
  const asked = { ...SIGNING, GrantTokens: [GrantToken] }
  expect((await other.send(new SignCommand({ KeyId: alias, ...asked }))).KeyId).toBe(KeyId)
  await expect(other.send(new SignCommand({ KeyId: 'alias/theirs', ...asked }))).rejects.toMatchObject({
    name: 'NotFoundException',
  })
})

it('kms:KeyAgreementAlgorithm of a policy narrows who may agree on secrets', async () => {
  const KeyId = await newKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' })
  for (const [algorithm, allowed] of [
    ['ECDH', true],
    ['OTHER', false],
  ] as const) {
    const Statement = [
      { Effect: 'Allow', Principal: { AWS: mainAccount.id }, Action: 'kms:*', Resource: '*' },
      {
        Effect: 'Allow',
        Principal: { AWS: OTHER },
        Action: 'kms:DeriveSharedSecret',
        Resource: '*',
        Condition: { StringEquals: { 'kms:KeyAgreementAlgorithm': algorithm } },
      },
    ]
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    await owner.send(new PutKeyPolicyCommand({ KeyId, Policy }))
    expect(await may('DeriveSharedSecret', KeyId)).toBe(allowed)
  }
})

// Source: AWS KMS Developer Guide, "Key states of AWS KMS keys".
it.each(KINDS)(
  'a key of %j does none of %j while it is disabled or to be deleted',
  async (kind, operations) => {
    const KeyId = await newKey(kind)
    const used = (operation: GrantOperation) => owner.send(COMMANDS[operation]?.(KeyId) as never)
    await owner.send(new DisableKeyCommand({ KeyId }))
    for (const operation of operations)
      await expect(used(operation)).rejects.toMatchObject({
        name: 'DisabledException',
        message: `${KeyId} is disabled.`,
      })
    await owner.send(new EnableKeyCommand({ KeyId }))
    await owner.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
    for (const operation of operations)
      await expect(used(operation)).rejects.toMatchObject({
        name: 'KMSInvalidStateException',
        message: `${KeyId} is pending deletion.`,
      })
    server.clock.advance(8 * 24 * 3_600_000)
    for (const operation of operations)
      await expect(used(operation)).rejects.toMatchObject({ name: 'NotFoundException' })
  },
)
