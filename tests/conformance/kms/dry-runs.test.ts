/** Source: AWS KMS Developer Guide, "Testing your permissions": a dry run tells whether the request would have succeeded. */
import {
  CreateGrantCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  DeriveSharedSecretCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateMacCommand,
  type KMSClient,
  ListGrantsCommand,
  ReEncryptCommand,
  RevokeGrantCommand,
  SignCommand,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { otherAccount, otherCredentials } from '../../support/accounts.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { startTestServer } from '../../support/server.ts'

const DryRun = true
const Message = Buffer.from('message')
const Plaintext = Message
const OTHER = `arn:aws:iam::${otherAccount.id}:root`

let server: TestServer
let kms: KMSClient
const keys: Record<string, string> = {}
beforeAll(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  const kinds: Record<string, CreateKeyCommandInput> = {
    symmetric: {},
    rsa: { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' },
    signer: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
    agreement: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' },
    mac: { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
  }
  for (const [name, input] of Object.entries(kinds))
    keys[name] = (await kms.send(new CreateKeyCommand(input))).KeyMetadata?.Arn ?? ''
  return () => server[Symbol.asyncDispose]()
})

const ECDSA = { Message, SigningAlgorithm: 'ECDSA_SHA_256' } as const
const HMAC = { Message, MacAlgorithm: 'HMAC_SHA_256' } as const
const OAEP = { Plaintext, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' } as const
const GRANT = { GranteePrincipal: OTHER, DryRun } as const

it.each<[string, () => unknown, string]>([
  ['Sign', () => new SignCommand({ KeyId: keys.signer, ...ECDSA, DryRun }), 'DryRunOperationException'],
  [
    'GenerateMac',
    () => new GenerateMacCommand({ KeyId: keys.mac, ...HMAC, DryRun }),
    'DryRunOperationException',
  ],
  ['Encrypt', () => new EncryptCommand({ KeyId: keys.rsa, ...OAEP, DryRun }), 'DryRunOperationException'],
  [
    'GenerateDataKeyPair',
    () => new GenerateDataKeyPairCommand({ KeyId: keys.symmetric, KeyPairSpec: 'ECC_NIST_P256', DryRun }),
    'DryRunOperationException',
  ],
  [
    'Sign with a key that encrypts',
    () => new SignCommand({ KeyId: keys.rsa, ...ECDSA, DryRun }),
    'InvalidKeyUsageException',
  ],
  [
    'Sign a digest that is too short',
    () => new SignCommand({ KeyId: keys.signer, ...ECDSA, MessageType: 'DIGEST', DryRun }),
    'ValidationException',
  ],
  [
    'Verify what is no signature',
    () => new VerifyCommand({ KeyId: keys.signer, ...ECDSA, Signature: Message, DryRun }),
    'KMSInvalidSignatureException',
  ],
  [
    'VerifyMac of what is no code',
    () => new VerifyMacCommand({ KeyId: keys.mac, ...HMAC, Mac: Message, DryRun }),
    'KMSInvalidMacException',
  ],
  [
    'Encrypt more than the key can',
    () => new EncryptCommand({ KeyId: keys.rsa, ...OAEP, Plaintext: Buffer.alloc(191), DryRun }),
    'ValidationException',
  ],
  [
    'GenerateDataKey with a key of RSA',
    () => new GenerateDataKeyCommand({ KeyId: keys.rsa, KeySpec: 'AES_256', DryRun }),
    'InvalidKeyUsageException',
  ],
  [
    'GenerateDataKey of no size',
    () => new GenerateDataKeyCommand({ KeyId: keys.symmetric, DryRun }),
    'ValidationException',
  ],
  [
    'DeriveSharedSecret with what is no key',
    () =>
      new DeriveSharedSecretCommand({
        KeyId: keys.agreement,
        KeyAgreementAlgorithm: 'ECDH',
        PublicKey: Message,
        DryRun,
      }),
    'ValidationException',
  ],
  [
    'CreateGrant of what the key cannot',
    () => new CreateGrantCommand({ KeyId: keys.signer, Operations: ['Encrypt'], ...GRANT }),
    'ValidationException',
  ],
  [
    'CreateGrant to nobody',
    () =>
      new CreateGrantCommand({
        KeyId: keys.signer,
        Operations: ['Sign'],
        ...GRANT,
        GranteePrincipal: 'arn:aws:iam::999999999999:root',
      }),
    'InvalidArnException',
  ],
  [
    'RevokeGrant of none',
    () => new RevokeGrantCommand({ KeyId: keys.signer, GrantId: 'f'.repeat(64), DryRun }),
    'NotFoundException',
  ],
])('of %s', async (_what, command, name) => {
  await expect(kms.send(command() as never)).rejects.toMatchObject({ name })
})

it('of ReEncrypt heeds what its destination is for', async () => {
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: keys.symmetric, Plaintext }))
  const again = (DestinationKeyId = '') =>
    kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId, DryRun }))
  await expect(again(keys.symmetric)).rejects.toMatchObject({ name: 'DryRunOperationException' })
  await expect(again(keys.signer)).rejects.toMatchObject({ name: 'InvalidKeyUsageException' })
})

// Source: AWS KMS API Reference, Decrypt, DryRunModifiers.
describe('of permissions alone', () => {
  const DryRunModifiers = ['IGNORE_CIPHERTEXT' as const]
  const decrypting = (input: object, client = kms) =>
    client.send(new DecryptCommand({ DryRun, DryRunModifiers, ...input }))
  const reEncrypting = (input: object, client = kms) =>
    client.send(new ReEncryptCommand({ DryRun, DryRunModifiers, DestinationKeyId: keys.symmetric, ...input }))
  const fine = { name: 'DryRunOperationException' }
  const wrong = { name: 'ValidationException' }

  it('takes no ciphertext, and a key', async () => {
    await expect(decrypting({ KeyId: keys.symmetric })).rejects.toMatchObject(fine)
    const made = { KeyId: keys.symmetric, CiphertextBlob: Buffer.from('made up') }
    await expect(decrypting(made)).rejects.toMatchObject(fine)
    await expect(decrypting({ ...made, KeyId: undefined })).rejects.toMatchObject(wrong)
    const rsa = { EncryptionAlgorithm: 'RSAES_OAEP_SHA_256', KeyId: keys.rsa }
    await expect(decrypting(rsa)).rejects.toMatchObject(fine)
    await expect(decrypting({ KeyId: keys.rsa })).rejects.toMatchObject({ name: 'InvalidKeyUsageException' })
    await expect(reEncrypting({ SourceKeyId: keys.symmetric })).rejects.toMatchObject(fine)
    await expect(reEncrypting({})).rejects.toMatchObject(wrong)
    const signer = { SourceKeyId: keys.symmetric, DestinationKeyId: keys.signer }
    await expect(reEncrypting(signer)).rejects.toMatchObject({ name: 'InvalidKeyUsageException' })
  })

  it('heeds permissions', async () => {
    const other = kmsClient(server, otherCredentials)
    const denied = { name: 'AccessDeniedException' }
    await expect(decrypting({ KeyId: keys.symmetric }, other)).rejects.toMatchObject(denied)
    await expect(reEncrypting({ SourceKeyId: keys.symmetric }, other)).rejects.toMatchObject(denied)
  })

  it('is for dry runs, and nothing else does without a ciphertext', async () => {
    await expect(decrypting({ KeyId: keys.symmetric, DryRun: false })).rejects.toMatchObject(wrong)
    await expect(decrypting({ KeyId: keys.symmetric, DryRunModifiers: [] })).rejects.toMatchObject(wrong)
    const bare = reEncrypting({ SourceKeyId: keys.symmetric, DryRunModifiers: undefined })
    await expect(bare).rejects.toMatchObject(wrong)
  })
})

it('makes no grant and takes none away', async () => {
  const KeyId = keys.mac
  const asked = { KeyId, GranteePrincipal: OTHER, Operations: ['GenerateMac' as const] }
  const dry = { name: 'DryRunOperationException' }
  await expect(kms.send(new CreateGrantCommand({ ...asked, DryRun }))).rejects.toMatchObject(dry)
  expect((await kms.send(new ListGrantsCommand({ KeyId }))).Grants).toEqual([])
  const { GrantId } = await kms.send(new CreateGrantCommand(asked))
  await expect(kms.send(new RevokeGrantCommand({ KeyId, GrantId, DryRun }))).rejects.toMatchObject(dry)
  expect((await kms.send(new ListGrantsCommand({ KeyId }))).Grants).toHaveLength(1)
})
