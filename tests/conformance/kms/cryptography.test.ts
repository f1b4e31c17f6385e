import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DisableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
  type KMSClient,
  ReEncryptCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../support/accounts.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { startTestServer } from '../../support/server.ts'

let server: TestServer
let kms: KMSClient
let keyId: string
let keyArn: string
const plaintext = Buffer.from('a secret of the customer')
const context = { department: 'účtárna', number: '7' }

beforeAll(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  keyId = KeyMetadata?.KeyId ?? ''
  keyArn = KeyMetadata?.Arn ?? ''
  return () => server[Symbol.asyncDispose]()
})

async function encrypted(EncryptionContext = context): Promise<Uint8Array> {
  const answer = await kms.send(new EncryptCommand({ KeyId: keyId, Plaintext: plaintext, EncryptionContext }))
  return answer.CiphertextBlob ?? new Uint8Array()
}

describe('Encrypt and Decrypt', () => {
  it('give the plaintext back without being told the key', async () => {
    const sealed = await kms.send(
      new EncryptCommand({ KeyId: keyId, Plaintext: plaintext, EncryptionContext: context }),
    )
    expect(sealed).toMatchObject({ KeyId: keyArn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' })
    const opened = await kms.send(
      new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: context }),
    )
    expect(opened).toMatchObject({ KeyId: keyArn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' })
    expect(Buffer.from(opened.Plaintext ?? [])).toEqual(plaintext)
  })

  it.each([undefined, {}, { department: 'účtárna' }, { ...context, more: 'x' }, { ...context, number: '8' }])(
    'refuse another context: %j',
    async (EncryptionContext) => {
      const CiphertextBlob = await encrypted()
      const opening = kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))
      await expect(opening).rejects.toMatchObject({ name: 'InvalidCiphertextException' })
    },
  )

  it('refuse ciphertext that was altered anywhere', async () => {
    const sealed = await encrypted()
    for (let index = 0; index < sealed.length; index += 7) {
      const CiphertextBlob = Uint8Array.from(sealed)
      CiphertextBlob[index] = (CiphertextBlob[index] ?? 0) ^ 1
      const opening = kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context }))
      await expect(opening).rejects.toMatchObject({
        name: expect.stringMatching(/^(InvalidCiphertext|AccessDenied|KMSInvalidState)Exception$/),
      })
    }
  })

  it('find the key by id, ARN, alias and ARN of the alias', async () => {
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/four-names', TargetKeyId: keyId }))
    const aliasArn = keyArn.replace(/key\/.*$/, 'alias/four-names')
    for (const KeyId of [keyId, keyArn, 'alias/four-names', aliasArn]) {
      const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: plaintext }))
      const opened = await kms.send(new DecryptCommand({ KeyId, CiphertextBlob }))
      expect(Buffer.from(opened.Plaintext ?? [])).toEqual(plaintext)
    }
  })

  it('refuse a key that the ciphertext is not of', async () => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
    const CiphertextBlob = await encrypted()
    const input = { KeyId: KeyMetadata?.KeyId, CiphertextBlob, EncryptionContext: context }
    await expect(kms.send(new DecryptCommand(input))).rejects.toMatchObject({ name: 'IncorrectKeyException' })
  })

  it.each([
    [
      '00000000-0000-4000-8000-000000000000',
      /^Key 'arn:aws:kms:us-east-1:100000000001:key\/0.*' does not exist$/,
    ],
    ['alias/nowhere', /^Alias arn:aws:kms:us-east-1:100000000001:alias\/nowhere is not found\.$/],
    ['no id at all', /^Invalid keyId/],
    ['arn:aws:kms:eu-west-1:100000000001:key/x', /^Invalid arn/],
  ])('do not find %s', async (KeyId, message) => {
    const sealing = kms.send(new EncryptCommand({ KeyId, Plaintext: plaintext }))
    await expect(sealing).rejects.toMatchObject({
      name: 'NotFoundException',
      message: expect.stringMatching(message),
      $metadata: { httpStatusCode: 400 },
    })
  })

  it('take 1 to 4,096 bytes', async () => {
    await kms.send(new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.alloc(4096) }))
    for (const Plaintext of [Buffer.alloc(4097), Buffer.alloc(0)]) {
      const sealing = kms.send(new EncryptCommand({ KeyId: keyId, Plaintext }))
      await expect(sealing).rejects.toMatchObject({ name: 'ValidationException' })
    }
  })

  it('do nothing with a key that is disabled', async () => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
    const KeyId = KeyMetadata?.KeyId
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: plaintext }))
    await kms.send(new DisableKeyCommand({ KeyId }))
    for (const command of [
      new EncryptCommand({ KeyId, Plaintext: plaintext }),
      new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }),
    ]) {
      const using: Promise<unknown> = kms.send(command as EncryptCommand)
      await expect(using).rejects.toMatchObject({
        name: 'DisabledException',
        message: `${KeyMetadata?.Arn} is disabled.`,
      })
    }
    const opening = kms.send(new DecryptCommand({ CiphertextBlob }))
    await expect(opening).rejects.toMatchObject({ name: 'DisabledException' })
  })

  it('are not for another account', async () => {
    const stranger = kmsClient(server, otherCredentials)
    const CiphertextBlob = await encrypted()
    const opening = stranger.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context }))
    await expect(opening).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        `arn:aws:iam::100000000002:root is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext`,
      ),
    })
    const sealing = stranger.send(new EncryptCommand({ KeyId: keyArn, Plaintext: plaintext }))
    await expect(sealing).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })
})

describe('ReEncrypt', () => {
  it('moves ciphertext to another key and context', async () => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
    const CiphertextBlob = await encrypted()
    const moved = await kms.send(
      new ReEncryptCommand({
        CiphertextBlob,
        SourceEncryptionContext: context,
        DestinationKeyId: KeyMetadata?.KeyId,
        DestinationEncryptionContext: { other: 'one' },
      }),
    )
    expect(moved).toMatchObject({ SourceKeyId: keyArn, KeyId: KeyMetadata?.Arn })
    const opened = await kms.send(
      new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { other: 'one' } }),
    )
    expect(Buffer.from(opened.Plaintext ?? [])).toEqual(plaintext)
  })
})

describe('GenerateDataKey', () => {
  it.each([
    [{ KeySpec: 'AES_256' as const }, 32],
    [{ KeySpec: 'AES_128' as const }, 16],
    [{ NumberOfBytes: 100 }, 100],
  ])('with %j gives %i bytes and their ciphertext', async (size, sizeBytes) => {
    const input = { KeyId: keyId, EncryptionContext: context, ...size }
    const made = await kms.send(new GenerateDataKeyCommand(input))
    expect(made.Plaintext).toHaveLength(sizeBytes)
    const opened = await kms.send(
      new DecryptCommand({ CiphertextBlob: made.CiphertextBlob, EncryptionContext: context }),
    )
    expect(opened.Plaintext).toEqual(made.Plaintext)
    const silent = await kms.send(new GenerateDataKeyWithoutPlaintextCommand(input))
    expect(silent).not.toHaveProperty('Plaintext')
    expect(silent.KeyId).toBe(keyArn)
  })

  it('takes exactly one way to say the size', async () => {
    for (const size of [{}, { KeySpec: 'AES_256' as const, NumberOfBytes: 32 }]) {
      const making = kms.send(new GenerateDataKeyCommand({ KeyId: keyId, ...size }))
      await expect(making).rejects.toMatchObject({ name: 'ValidationException' })
    }
  })
})

it('GenerateRandom gives so many bytes', async () => {
  expect((await kms.send(new GenerateRandomCommand({ NumberOfBytes: 1024 }))).Plaintext).toHaveLength(1024)
  const asking = kms.send(new GenerateRandomCommand({ NumberOfBytes: 1025 }))
  await expect(asking).rejects.toMatchObject({
    name: 'ValidationException',
    message:
      "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024",
  })
})

it('keys of the config work as any other, and other programs can open what they sealed', async () => {
  const material = Buffer.alloc(32, 9).toString('base64')
  const kmsKeys = [{ keyId: 'my-own-key', accountId: mainAccount.id, material }]
  await using one = await startTestServer({ kmsKeys })
  const sealed = await kmsClient(one).send(new EncryptCommand({ KeyId: 'my-own-key', Plaintext: plaintext }))
  await using two = await startTestServer({ kmsKeys })
  const opened = await kmsClient(two).send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }))
  expect(Buffer.from(opened.Plaintext ?? [])).toEqual(plaintext)
})
