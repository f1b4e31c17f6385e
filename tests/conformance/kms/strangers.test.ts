import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  EncryptCommand,
  type KMSClient,
  ListAliasesCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { startTestServer } from '../../support/server.ts'

/*
 * What the key service says to an account that may use no key of another one: the same, whether there is such a key or
 * not. Source: AWS KMS, whose AccessDeniedException reads "because the resource does not exist in this Region, no
 * resource-based policies allow access, or a resource-based policy explicitly denies access".
 */
const ACCOUNT = 'arn:aws:kms:us-east-1:100000000001'
const NO_ID = '00000000-0000-4000-8000-000000000000'
const DENIED = 'AccessDeniedException'
const OTHER = 'arn:aws:iam::100000000002:root'

let server: TestServer
let owner: KMSClient
let keyId: string
let ciphertext: string
let grantToken: string
beforeAll(async () => {
  server = await startTestServer()
  owner = kmsClient(server)
  const stranger = kmsClient(server, otherCredentials)
  keyId = (await owner.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? ''
  await owner.send(new CreateAliasCommand({ AliasName: 'alias/there', TargetKeyId: keyId }))
  const sealed = await owner.send(new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.from('x') }))
  ciphertext = Buffer.from(sealed.CiphertextBlob ?? []).toString('base64')
  const { GrantToken } = await owner.send(
    new CreateGrantCommand({
      KeyId: keyId,
      GranteePrincipal: 'arn:aws:iam::100000000001:root',
      Operations: ['Encrypt'],
    }),
  )
  grantToken = GrantToken ?? ''
  const own = await stranger.send(new CreateKeyCommand({}))
  await stranger.send(
    new CreateAliasCommand({ AliasName: 'alias/mine', TargetKeyId: own.KeyMetadata?.KeyId }),
  )
  return () => server[Symbol.asyncDispose]()
})

/** What the other account is answered: the exception and its message. */
async function answerTo(operation: string, body: object): Promise<readonly unknown[]> {
  const client = kmsClient(server, otherCredentials)
  client.middlewareStack.add(
    (next) => (input) => {
      const { request } = input as { request: { body: string; headers: Record<string, string> } }
      request.body = JSON.stringify(body)
      request.headers['content-length'] = String(Buffer.byteLength(request.body))
      request.headers['x-amz-target'] = `TrentService.${operation}`
      return next(input)
    },
    { step: 'build', priority: 'low' },
  )
  try {
    await client.send(new ListAliasesCommand({}))
    return ['done']
  } catch (error) {
    const { name, message } = error as Error
    return [name, message]
  }
}

const policy = JSON.stringify({ Version: '2012-10-17', Statement: [] })
const GRANT = { GranteePrincipal: OTHER, Operations: ['Encrypt'] }
const TAGS = [{ TagKey: 'a', TagValue: 'b' }]
const OPERATIONS: readonly (readonly [string, object])[] = [
  ['CancelKeyDeletion', {}],
  ['CreateGrant', GRANT],
  ['DescribeKey', {}],
  ['Decapsulate', { EncapsulationAlgorithm: 'ML_KEM', SharedSecretCiphertextBlob: 'AAAA' }],
  ['DeriveSharedSecret', { KeyAgreementAlgorithm: 'ECDH', PublicKey: 'AAAA' }],
  ['DisableKey', {}],
  ['DisableKeyRotation', {}],
  ['EnableKey', {}],
  ['EnableKeyRotation', {}],
  ['Encapsulate', { EncapsulationAlgorithm: 'ML_KEM' }],
  ['Encrypt', { Plaintext: 'AAAA' }],
  ['GenerateDataKey', { KeySpec: 'AES_256' }],
  ['GenerateDataKeyPair', { KeyPairSpec: 'RSA_2048' }],
  ['GenerateDataKeyPairWithoutPlaintext', { KeyPairSpec: 'RSA_2048' }],
  ['GenerateDataKeyWithoutPlaintext', { KeySpec: 'AES_256' }],
  ['GenerateMac', { Message: 'AAAA', MacAlgorithm: 'HMAC_SHA_256' }],
  ['GetKeyPolicy', {}],
  ['GetKeyRotationStatus', {}],
  ['GetPublicKey', {}],
  ['ListAliases', {}],
  ['ListGrants', {}],
  ['DeleteImportedKeyMaterial', {}],
  ['GetParametersForImport', { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' }],
  ['ImportKeyMaterial', { ImportToken: 'AAAA', EncryptedKeyMaterial: 'AAAA' }],
  ['ListKeyPolicies', {}],
  ['ListKeyRotations', {}],
  ['ListResourceTags', {}],
  ['PutKeyPolicy', { Policy: policy }],
  ['RetireGrant', { GrantId: 'f'.repeat(64) }],
  ['RevokeGrant', { GrantId: 'f'.repeat(64) }],
  ['RotateKeyOnDemand', {}],
  ['ScheduleKeyDeletion', {}],
  ['Sign', { Message: 'AAAA', SigningAlgorithm: 'ECDSA_SHA_256' }],
  ['TagResource', { Tags: TAGS }],
  ['UntagResource', { TagKeys: ['a'] }],
  ['UpdateKeyDescription', { Description: 'x' }],
  ['Verify', { Message: 'AAAA', SigningAlgorithm: 'ECDSA_SHA_256', Signature: 'AAAA' }],
  ['VerifyMac', { Message: 'AAAA', MacAlgorithm: 'HMAC_SHA_256', Mac: 'AAAA' }],
]

describe('a key that is there is answered as one that is not', () => {
  it.each(OPERATIONS)('by %s', async (operation, members) => {
    const there = await answerTo(operation, { KeyId: `${ACCOUNT}:key/${keyId}`, ...members })
    expect(there[0]).toBe(DENIED)
    expect(there).toEqual(await answerTo(operation, { KeyId: `${ACCOUNT}:key/${NO_ID}`, ...members }))
  })

  it.each(OPERATIONS)('by %s with its id alone', async (operation, members) => {
    const there = await answerTo(operation, { KeyId: keyId, ...members })
    const gone = await answerTo(operation, { KeyId: NO_ID, ...members })
    expect(there[0]).toBe('NotFoundException')
    expect(JSON.stringify(there).replaceAll(keyId, NO_ID)).toBe(JSON.stringify(gone))
  })

  it.each([
    ['DescribeKey', {}],
    ['Encrypt', { Plaintext: 'AAAA' }],
    ['GenerateDataKey', { KeySpec: 'AES_256' }],
  ])('by %s with an alias', async (operation, members) => {
    const there = await answerTo(operation, { KeyId: `${ACCOUNT}:alias/there`, ...members })
    expect(there[0]).toBe(DENIED)
    expect(there).toEqual(await answerTo(operation, { KeyId: `${ACCOUNT}:alias/gone`, ...members }))
  })

  it.each(['CreateAlias', 'UpdateAlias'])('by %s', async (operation) => {
    const alias = { AliasName: operation === 'CreateAlias' ? 'alias/new' : 'alias/mine' }
    const there = await answerTo(operation, { ...alias, TargetKeyId: `${ACCOUNT}:key/${keyId}` })
    expect(there[0]).toBe(DENIED)
    expect(there).toEqual(await answerTo(operation, { ...alias, TargetKeyId: `${ACCOUNT}:key/${NO_ID}` }))
  })
})

describe('ciphertext of a key that is there is answered as that of one that is not', () => {
  /** The head of a ciphertext names its key: format, length of the id, the id. */
  const ofNoKey = (): string => {
    const bytes = Buffer.from(ciphertext, 'base64')
    bytes.write(NO_ID, bytes.indexOf(keyId))
    return bytes.toString('base64')
  }

  it('by Decrypt, whatever key is named beside it', async () => {
    const named = ['alias/mine', `${ACCOUNT}:key/${keyId}`, `${ACCOUNT}:key/${NO_ID}`]
    for (const KeyId of [undefined, ...named]) {
      const there = await answerTo('Decrypt', { KeyId, CiphertextBlob: ciphertext })
      expect(there[0]).toBe(KeyId === 'alias/mine' ? 'IncorrectKeyException' : DENIED)
      expect(there).toEqual(await answerTo('Decrypt', { KeyId, CiphertextBlob: ofNoKey() }))
    }
    const byId = await answerTo('Decrypt', { KeyId: keyId, CiphertextBlob: ciphertext })
    expect(byId[0]).toBe(DENIED)
    expect(byId).toEqual(await answerTo('Decrypt', { KeyId: NO_ID, CiphertextBlob: ofNoKey() }))
    const [key, none] = named
      .slice(1)
      .map((KeyId) => answerTo('Decrypt', { KeyId, CiphertextBlob: ciphertext }))
    expect(await key).toEqual(await none)
  })

  it('by ReEncrypt', async () => {
    const DestinationKeyId = 'alias/mine'
    const there = await answerTo('ReEncrypt', { DestinationKeyId, CiphertextBlob: ciphertext })
    expect(there[0]).toBe(DENIED)
    expect(there).toEqual(await answerTo('ReEncrypt', { DestinationKeyId, CiphertextBlob: ofNoKey() }))
    const named = { SourceKeyId: keyId, DestinationKeyId, CiphertextBlob: ciphertext }
    expect(await answerTo('ReEncrypt', named)).toEqual(there)
    const none = { SourceKeyId: NO_ID, DestinationKeyId, CiphertextBlob: ofNoKey() }
    expect(await answerTo('ReEncrypt', none)).toEqual(there)
  })
})

it('a grant that others may retire is denied, and stays', async () => {
  expect((await answerTo('RetireGrant', { GrantToken: grantToken }))[0]).toBe(DENIED)
})

it('the owner is told that a key of their own is not there', async () => {
  const sealing = owner.send(new EncryptCommand({ KeyId: NO_ID, Plaintext: Buffer.from('x') }))
  await expect(sealing).rejects.toMatchObject({ name: 'NotFoundException' })
})
