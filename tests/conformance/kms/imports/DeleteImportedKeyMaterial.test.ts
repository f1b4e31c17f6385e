/** Source: AWS KMS API Reference, DeleteImportedKeyMaterial; AWS KMS Developer Guide, "Key states of AWS KMS keys". */
import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteImportedKeyMaterialCommand,
  type DeleteImportedKeyMaterialCommandInput,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  type KMSClient,
  ListKeyRotationsCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { mainAccount, otherCredentials, testRegion } from '../../../support/accounts.ts'
import { importMaterial, newExternalKey } from '../../../support/imported-key.ts'
import { kmsClient } from '../../../support/kms-client.ts'
import { startTestServer } from '../../../support/server.ts'

const MATERIAL = Buffer.alloc(32, 7)
const SECOND = Buffer.alloc(32, 8)
const Plaintext = Buffer.from('sealed under material from elsewhere')
let server: TestServer
let kms: KMSClient
let KeyId: string
let arn: string

beforeAll(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  return () => server[Symbol.asyncDispose]()
})

beforeEach(async () => {
  KeyId = await newExternalKey(kms)
  arn = `arn:aws:kms:${testRegion}:${mainAccount.id}:key/${KeyId}`
})

const stateNow = async () => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState

const remove = (input: Partial<DeleteImportedKeyMaterialCommandInput> = {}, client = kms) =>
  client.send(new DeleteImportedKeyMaterialCommand({ KeyId, ...input }))

it('makes a key unusable until the same material is back', async () => {
  const { KeyMaterialId } = await importMaterial(kms, KeyId, MATERIAL)
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
  expect(await remove()).toMatchObject({ KeyId: arn, KeyMaterialId })
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }))
  expect(KeyMetadata).toMatchObject({
    KeyState: 'PendingImport',
    Enabled: false,
    CurrentKeyMaterialId: KeyMaterialId,
  })
  expect(KeyMetadata).not.toHaveProperty('ExpirationModel')
  const refused = { name: 'KMSInvalidStateException', message: `${arn} is pending import.` }
  await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject(refused)
  await expect(kms.send(new EncryptCommand({ KeyId, Plaintext }))).rejects.toMatchObject(refused)

  await expect(importMaterial(kms, KeyId, SECOND)).rejects.toMatchObject({
    name: 'IncorrectKeyMaterialException',
  })
  expect((await importMaterial(kms, KeyId, MATERIAL)).KeyMaterialId).toBe(KeyMaterialId)
  expect(await stateNow()).toBe('Enabled')
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob }))
  expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext)
})

it('has no effect where there is no material', async () => {
  const { $metadata: _sent, ...nothing } = await remove()
  expect(nothing).toEqual({ KeyId: arn })
  const { KeyMaterialId } = await importMaterial(kms, KeyId, MATERIAL)
  await remove()
  expect(await remove()).toMatchObject({ KeyId: arn, KeyMaterialId })
  expect(await stateNow()).toBe('PendingImport')
})

it('deletes the material that is named, of those that the key ever had', async () => {
  const first = await importMaterial(kms, KeyId, MATERIAL)
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
  const second = await importMaterial(kms, KeyId, SECOND, { ImportType: 'NEW_KEY_MATERIAL' })
  await kms.send(new RotateKeyOnDemandCommand({ KeyId }))
  expect(await remove({ KeyMaterialId: first.KeyMaterialId })).toMatchObject({
    KeyMaterialId: first.KeyMaterialId,
  })
  // Source: AWS KMS Developer Guide, "Delete imported key material": all of them are needed, whatever the key is used for.
  expect(await stateNow()).toBe('PendingImport')
  const { Rotations } = await kms.send(
    new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }),
  )
  expect(Rotations).toMatchObject([
    { KeyMaterialId: first.KeyMaterialId, ImportState: 'PENDING_IMPORT', KeyMaterialState: 'NON_CURRENT' },
    { KeyMaterialId: second.KeyMaterialId, ImportState: 'IMPORTED', KeyMaterialState: 'CURRENT' },
  ])
  expect(Rotations?.[0]).not.toHaveProperty('ExpirationModel')
  await importMaterial(kms, KeyId, MATERIAL)
  expect(await stateNow()).toBe('Enabled')
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob }))
  expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext)
})

it('leaves nothing of material that only waited for a rotation', async () => {
  await importMaterial(kms, KeyId, MATERIAL)
  const { KeyMaterialId } = await importMaterial(kms, KeyId, SECOND, { ImportType: 'NEW_KEY_MATERIAL' })
  await remove({ KeyMaterialId })
  expect(await stateNow()).toBe('Enabled')
  const asked = new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' })
  expect((await kms.send(asked)).Rotations).toHaveLength(1)
  // Other material may take its place.
  const third = await importMaterial(kms, KeyId, Buffer.alloc(32, 9), { ImportType: 'NEW_KEY_MATERIAL' })
  await kms.send(new RotateKeyOnDemandCommand({ KeyId }))
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob }))
  expect(opened.KeyMaterialId).toBe(third.KeyMaterialId)
})

it('a disabled key waits for material, and is enabled by it', async () => {
  await importMaterial(kms, KeyId, MATERIAL)
  await kms.send(new DisableKeyCommand({ KeyId }))
  await remove()
  expect(await stateNow()).toBe('PendingImport')
  await importMaterial(kms, KeyId, MATERIAL)
  expect(await stateNow()).toBe('Enabled')
})

it('leaves the state of a key that is pending deletion', async () => {
  await importMaterial(kms, KeyId, MATERIAL)
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId }))
  await remove()
  expect(await stateNow()).toBe('PendingDeletion')
  await kms.send(new CancelKeyDeletionCommand({ KeyId }))
  expect(await stateNow()).toBe('PendingImport')
})

it('refuses what is not of that key', async () => {
  await importMaterial(kms, KeyId, MATERIAL)
  const wrong = remove({ KeyMaterialId: 'ab'.repeat(32) })
  await expect(wrong).rejects.toMatchObject({ name: 'NotFoundException', $metadata: { httpStatusCode: 400 } })
  await expect(remove({ KeyMaterialId: 'x' })).rejects.toMatchObject({ name: 'ValidationException' })
  expect(await stateNow()).toBe('Enabled')
})

it('is not for keys with material of the service, not there, or of others', async () => {
  const own = (await kms.send(new CreateKeyCommand({}))).KeyMetadata
  await expect(remove({ KeyId: own?.KeyId })).rejects.toMatchObject({
    name: 'UnsupportedOperationException',
    message: `${own?.Arn} origin is AWS_KMS which is not valid for this operation.`,
  })
  const gone = '00000000-0000-0000-0000-000000000000'
  await expect(remove({ KeyId: gone })).rejects.toMatchObject({ name: 'NotFoundException' })
  const abroad = remove({ KeyId: arn }, kmsClient(server, otherCredentials))
  await expect(abroad).rejects.toMatchObject({ name: 'AccessDeniedException' })
})
