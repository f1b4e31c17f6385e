/** Source: AWS KMS API Reference, ImportKeyMaterial; AWS KMS Developer Guide, "Importing key material". */
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  ImportKeyMaterialCommand,
  type ImportKeyMaterialCommandInput,
  type KeyMetadata,
  type KMSClient,
  ListKeyRotationsCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { mainAccount, otherCredentials, testRegion } from '../../../support/accounts.ts'
import { importMaterial, newExternalKey, wrappedMaterial } from '../../../support/imported-key.ts'
import { kmsClient } from '../../../support/kms-client.ts'
import { startTestServer } from '../../../support/server.ts'

const DAY = 24 * 3600 * 1000
const MATERIAL = Buffer.alloc(32, 7)
const Plaintext = Buffer.from('sealed under material from elsewhere')
const DOES_NOT_EXPIRE = { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' } as const
let server: TestServer
let kms: KMSClient
let KeyId: string

beforeAll(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  return () => server[Symbol.asyncDispose]()
})

beforeEach(async () => {
  KeyId = await newExternalKey(kms)
})

const described = async (id = KeyId): Promise<KeyMetadata> => {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: id }))
  if (!KeyMetadata) throw new Error('no key')
  return KeyMetadata
}

const send = (
  input: Omit<ImportKeyMaterialCommandInput, 'KeyId'> & { KeyId?: string | undefined },
  client = kms,
) => client.send(new ImportKeyMaterialCommand({ KeyId, ...input }))

const inDays = (days: number): Date => new Date(server.clock.now().getTime() + days * DAY)

it('makes a key usable that waited for it', async () => {
  const before = await described()
  expect(before).toMatchObject({ Origin: 'EXTERNAL', KeyState: 'PendingImport', Enabled: false })
  expect(before).not.toHaveProperty('CurrentKeyMaterialId')
  expect(before).not.toHaveProperty('ExpirationModel')
  await expect(kms.send(new EncryptCommand({ KeyId, Plaintext }))).rejects.toMatchObject({
    name: 'KMSInvalidStateException',
    message: `${before.Arn} is pending import.`,
  })

  const imported = await importMaterial(kms, KeyId, MATERIAL)
  expect(imported).toMatchObject({
    KeyId: before.Arn,
    KeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  })
  const after = await described()
  expect(after).toMatchObject({
    ...DOES_NOT_EXPIRE,
    Origin: 'EXTERNAL',
    KeyState: 'Enabled',
    Enabled: true,
    CurrentKeyMaterialId: imported.KeyMaterialId,
  })
  expect(after).not.toHaveProperty('ValidTo')
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob }))
  expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext)
  expect(opened.KeyMaterialId).toBe(imported.KeyMaterialId)
})

it.each([
  ['RSAES_OAEP_SHA_1', 'RSA_2048'],
  ['RSAES_OAEP_SHA_256', 'RSA_3072'],
  ['RSA_AES_KEY_WRAP_SHA_1', 'RSA_2048'],
  ['RSA_AES_KEY_WRAP_SHA_256', 'RSA_4096'],
] as const)('takes what was wrapped by %s with %s', async (WrappingAlgorithm, WrappingKeySpec) => {
  const wrapping = { WrappingAlgorithm, WrappingKeySpec }
  const { KeyMaterialId } = await importMaterial(kms, KeyId, MATERIAL, wrapping)
  // The same material, whatever it was wrapped by.
  expect((await importMaterial(kms, KeyId, MATERIAL)).KeyMaterialId).toBe(KeyMaterialId)
})

it('tells the same material of two keys apart', async () => {
  const other = await newExternalKey(kms)
  const { KeyMaterialId } = await importMaterial(kms, KeyId, MATERIAL)
  expect((await importMaterial(kms, other, MATERIAL)).KeyMaterialId).not.toBe(KeyMaterialId)
  // Source: AWS KMS Developer Guide, "Importing key material": no other key decrypts it, though it has the same material.
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
  const decrypting = kms.send(new DecryptCommand({ KeyId: other, CiphertextBlob }))
  await expect(decrypting).rejects.toMatchObject({ name: 'IncorrectKeyException' })
})

it('refuses other material than before', async () => {
  await importMaterial(kms, KeyId, MATERIAL)
  const refused = { name: 'IncorrectKeyMaterialException', $metadata: { httpStatusCode: 400 } }
  await expect(importMaterial(kms, KeyId, Buffer.alloc(32, 8))).rejects.toMatchObject(refused)
  const again = { ImportType: 'NEW_KEY_MATERIAL' } as const
  await expect(importMaterial(kms, KeyId, MATERIAL, again)).rejects.toMatchObject(refused)
})

it('refuses known material where there never was any', async () => {
  const importing = importMaterial(kms, KeyId, MATERIAL, { ImportType: 'EXISTING_KEY_MATERIAL' })
  await expect(importing).rejects.toMatchObject({ name: 'IncorrectKeyMaterialException' })
  await importMaterial(kms, KeyId, MATERIAL, { ImportType: 'NEW_KEY_MATERIAL' })
})

it.each([0, 16, 31, 33, 64])('refuses material of %i bytes', async (size) => {
  const wrapping = { WrappingAlgorithm: 'RSAES_OAEP_SHA_256' } as const
  await expect(importMaterial(kms, KeyId, Buffer.alloc(size, 1), wrapping)).rejects.toMatchObject({
    name: 'IncorrectKeyMaterialException',
  })
})

it('checks the id that it is told', async () => {
  const { KeyMaterialId } = await importMaterial(kms, KeyId, MATERIAL)
  await importMaterial(kms, KeyId, MATERIAL, { KeyMaterialId })
  const wrong = importMaterial(kms, KeyId, MATERIAL, { KeyMaterialId: 'ab'.repeat(32) })
  await expect(wrong).rejects.toMatchObject({ name: 'IncorrectKeyMaterialException' })
  const another = { KeyMaterialId, ImportType: 'NEW_KEY_MATERIAL' } as const
  await expect(importMaterial(kms, KeyId, Buffer.alloc(32, 8), another)).rejects.toMatchObject({
    name: 'ValidationException',
  })
})

it('keeps a description until another is given', async () => {
  const descriptionOf = async (): Promise<string | undefined> => {
    const asked = new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' })
    return (await kms.send(asked)).Rotations?.[0]?.KeyMaterialDescription
  }
  await importMaterial(kms, KeyId, MATERIAL, { KeyMaterialDescription: 'of the vault: 2026/1' })
  expect(await descriptionOf()).toBe('of the vault: 2026/1')
  await importMaterial(kms, KeyId, MATERIAL)
  expect(await descriptionOf()).toBe('of the vault: 2026/1')
  await importMaterial(kms, KeyId, MATERIAL, { KeyMaterialDescription: 'another' })
  expect(await descriptionOf()).toBe('another')
  const wrong = importMaterial(kms, KeyId, MATERIAL, { KeyMaterialDescription: '<b>' })
  await expect(wrong).rejects.toMatchObject({ name: 'ValidationException' })
})

it('sets when material expires, and takes that back', async () => {
  const ValidTo = inDays(30)
  await importMaterial(kms, KeyId, MATERIAL, { ValidTo })
  const { ExpirationModel, ValidTo: told } = await described()
  expect(ExpirationModel).toBe('KEY_MATERIAL_EXPIRES')
  expect(told).toEqual(ValidTo)
  await importMaterial(kms, KeyId, MATERIAL)
  expect(await described()).toMatchObject(DOES_NOT_EXPIRE)
})

it.each<[string, () => Partial<ImportKeyMaterialCommandInput>]>([
  ['no date', () => ({ ExpirationModel: 'KEY_MATERIAL_EXPIRES' })],
  ['neither model nor date', () => ({ ExpirationModel: undefined })],
  ['a date of what does not expire', () => ({ ...DOES_NOT_EXPIRE, ValidTo: inDays(1) })],
  ['a date that has passed', () => ({ ValidTo: inDays(-1) })],
  ['a date in more than a year', () => ({ ValidTo: inDays(366) })],
  ['another model', () => ({ ExpirationModel: 'NEVER' as never })],
  ['another type', () => ({ ImportType: 'OLD' as never })],
  ['an id that is none', () => ({ KeyMaterialId: 'AB'.repeat(32) })],
])('refuses %s', async (_, members) => {
  await expect(importMaterial(kms, KeyId, MATERIAL, members())).rejects.toMatchObject({
    name: 'ValidationException',
  })
})

it('takes the default model, which is that material expires', async () => {
  await importMaterial(kms, KeyId, MATERIAL, { ExpirationModel: undefined, ValidTo: inDays(365) })
  expect((await described()).ExpirationModel).toBe('KEY_MATERIAL_EXPIRES')
})

it('refuses tokens that are none, or of another key', async () => {
  const refused = { name: 'InvalidImportTokenException', $metadata: { httpStatusCode: 400 } }
  const wrapped = await wrappedMaterial(kms, KeyId, MATERIAL)
  const token = Buffer.from(wrapped.ImportToken ?? [])
  for (const index of [0, 1, 30, token.length - 1]) {
    const changed = Buffer.from(token)
    changed[index] = (changed[index] ?? 0) ^ 1
    await expect(send({ ...wrapped, ...DOES_NOT_EXPIRE, ImportToken: changed })).rejects.toMatchObject(
      refused,
    )
  }
  for (const ImportToken of [Buffer.alloc(1), Buffer.alloc(6144, 1), token.subarray(0, -1)])
    await expect(send({ ...wrapped, ...DOES_NOT_EXPIRE, ImportToken })).rejects.toMatchObject(refused)
  const other = await newExternalKey(kms)
  await expect(send({ ...wrapped, ...DOES_NOT_EXPIRE, KeyId: other })).rejects.toMatchObject(refused)
  await send({ ...wrapped, ...DOES_NOT_EXPIRE })
})

it('refuses material that was wrapped by another key or algorithm, or changed', async () => {
  const refused = { name: 'InvalidCiphertextException', $metadata: { httpStatusCode: 400 } }
  const wrapped = await wrappedMaterial(kms, KeyId, MATERIAL)
  const second = await wrappedMaterial(kms, KeyId, MATERIAL)
  const bySha1 = await wrappedMaterial(kms, KeyId, MATERIAL, { WrappingAlgorithm: 'RSAES_OAEP_SHA_1' })
  const byAes = await wrappedMaterial(kms, KeyId, MATERIAL, { WrappingAlgorithm: 'RSA_AES_KEY_WRAP_SHA_256' })
  const { EncryptedKeyMaterial } = second
  for (const { ImportToken } of [wrapped, bySha1, byAes])
    await expect(send({ ...DOES_NOT_EXPIRE, ImportToken, EncryptedKeyMaterial })).rejects.toMatchObject(
      refused,
    )
  for (const size of [1, 255, 256, 257, 296, 6144]) {
    for (const { ImportToken } of [wrapped, byAes]) {
      const made = { ImportToken, EncryptedKeyMaterial: Buffer.alloc(size, 1) }
      await expect(send({ ...DOES_NOT_EXPIRE, ...made })).rejects.toMatchObject(refused)
    }
  }
  for (const index of [0, 255, 256, byAes.EncryptedKeyMaterial.length - 1]) {
    const changed = Buffer.from(byAes.EncryptedKeyMaterial)
    changed[index] = (changed[index] ?? 0) ^ 1
    await expect(send({ ...byAes, ...DOES_NOT_EXPIRE, EncryptedKeyMaterial: changed })).rejects.toMatchObject(
      refused,
    )
  }
  expect((await described()).KeyState).toBe('PendingImport')
})

it('a disabled key takes material, and stays disabled', async () => {
  await importMaterial(kms, KeyId, MATERIAL)
  await kms.send(new DisableKeyCommand({ KeyId }))
  await importMaterial(kms, KeyId, MATERIAL, { ValidTo: inDays(9) })
  expect(await described()).toMatchObject({ KeyState: 'Disabled', ExpirationModel: 'KEY_MATERIAL_EXPIRES' })
  await kms.send(new EnableKeyCommand({ KeyId }))
  expect((await described()).KeyState).toBe('Enabled')
})

it('is not for keys with material of the service, pending deletion, not there, or of others', async () => {
  const wrapped = { ...(await wrappedMaterial(kms, KeyId, MATERIAL)), ...DOES_NOT_EXPIRE }
  const own = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId
  const refusal = (name: string) => ({ name, $metadata: { httpStatusCode: 400 } })
  await expect(send({ ...wrapped, KeyId: own })).rejects.toMatchObject(
    refusal('UnsupportedOperationException'),
  )
  const arn = `arn:aws:kms:${testRegion}:${mainAccount.id}:key/${KeyId}`
  const abroad = send({ ...wrapped, KeyId: arn }, kmsClient(server, otherCredentials))
  await expect(abroad).rejects.toMatchObject(refusal('AccessDeniedException'))
  const gone = '00000000-0000-0000-0000-000000000000'
  await expect(send({ ...wrapped, KeyId: gone })).rejects.toMatchObject(refusal('NotFoundException'))
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId }))
  await expect(send(wrapped)).rejects.toMatchObject(refusal('KMSInvalidStateException'))
})

it('refuses tokens after a day', async () => {
  const wrapped = { ...(await wrappedMaterial(kms, KeyId, MATERIAL)), ...DOES_NOT_EXPIRE }
  server.clock.advance(DAY - 60_000)
  await send(wrapped)
  server.clock.advance(120_000)
  await expect(send(wrapped)).rejects.toMatchObject({
    name: 'ExpiredImportTokenException',
    $metadata: { httpStatusCode: 400 },
  })
})
