/** Source: AWS KMS Developer Guide, "Key states of AWS KMS keys", "Perform on-demand key rotation"; AWS KMS API Reference, each operation. */
import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyRotationStatusCommand,
  type KMSClient,
  ListKeyRotationsCommand,
  PutKeyPolicyCommand,
  RotateKeyOnDemandCommand,
  type RotationsListEntry,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mainAccount, testRegion } from '../../../support/accounts.ts'
import { createBucket } from '../../../support/buckets.ts'
import { importMaterial, newExternalKey, wrappedMaterial } from '../../../support/imported-key.ts'
import { kmsClient } from '../../../support/kms-client.ts'
import { s3Client } from '../../../support/s3-client.ts'
import { startTestServer } from '../../../support/server.ts'

const DAY = 24 * 3600 * 1000
const MATERIAL = Buffer.alloc(32, 7)
const SECOND = Buffer.alloc(32, 8)
const NEW = { ImportType: 'NEW_KEY_MATERIAL' } as const
const Plaintext = Buffer.from('sealed under material from elsewhere')
let server: TestServer
let kms: KMSClient
let KeyId: string
let arn: string

beforeAll(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  await createBucket(server, 'brought')
  return () => server[Symbol.asyncDispose]()
})

beforeEach(async () => {
  KeyId = await newExternalKey(kms)
  arn = `arn:aws:kms:${testRegion}:${mainAccount.id}:key/${KeyId}`
})

const inDays = (days: number): Date => new Date(server.clock.now().getTime() + days * DAY)
const stateNow = async () => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState

async function rotationsOf(IncludeKeyMaterial?: 'ALL_KEY_MATERIAL'): Promise<RotationsListEntry[]> {
  return (await kms.send(new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial }))).Rotations ?? []
}

async function opened(CiphertextBlob: Uint8Array | undefined): Promise<Buffer> {
  return Buffer.from((await kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext ?? [])
}

describe('a key that waits for material', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['Encrypt', () => kms.send(new EncryptCommand({ KeyId, Plaintext }))],
    ['GenerateDataKey', () => kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))],
    ['EnableKey', () => kms.send(new EnableKeyCommand({ KeyId }))],
    ['DisableKey', () => kms.send(new DisableKeyCommand({ KeyId }))],
    ['RotateKeyOnDemand', () => kms.send(new RotateKeyOnDemandCommand({ KeyId }))],
    [
      'CreateGrant',
      () =>
        kms.send(
          new CreateGrantCommand({
            KeyId,
            GranteePrincipal: `arn:aws:iam::${mainAccount.id}:root`,
            Operations: ['Encrypt'],
          }),
        ),
    ],
  ])('%s is refused', async (_, call) => {
    await expect(call()).rejects.toMatchObject({
      name: 'KMSInvalidStateException',
      message: `${arn} is pending import.`,
    })
  })

  it('can be named, described, tagged and deleted', async () => {
    await kms.send(new CreateAliasCommand({ AliasName: `alias/${KeyId}`, TargetKeyId: KeyId }))
    await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: 'brought along' }))
    await kms.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'team', TagValue: 'blue' }] }))
    expect(await rotationsOf('ALL_KEY_MATERIAL')).toEqual([])
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
    server.clock.advance(8 * DAY)
    await expect(stateNow()).rejects.toMatchObject({ name: 'NotFoundException' })
  })
})

describe('rotation', () => {
  it('never happens by itself', async () => {
    const refused = {
      name: 'UnsupportedOperationException',
      message: `${arn} origin is EXTERNAL which is not valid for this operation.`,
    }
    const isRefused = async (): Promise<void> => {
      await expect(kms.send(new EnableKeyRotationCommand({ KeyId }))).rejects.toMatchObject(refused)
      await expect(kms.send(new DisableKeyRotationCommand({ KeyId }))).rejects.toMatchObject(refused)
      const status = await kms.send(new GetKeyRotationStatusCommand({ KeyId }))
      expect(status.KeyRotationEnabled).toBe(false)
    }
    await isRefused()
    await importMaterial(kms, KeyId, MATERIAL)
    await isRefused()
  })

  it('on demand goes over to material that was imported for it', async () => {
    const first = await importMaterial(kms, KeyId, MATERIAL)
    const old = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
    await expect(kms.send(new RotateKeyOnDemandCommand({ KeyId }))).rejects.toMatchObject({
      name: 'KMSInvalidStateException',
    })
    const ValidTo = inDays(9)
    const second = await importMaterial(kms, KeyId, SECOND, {
      ...NEW,
      KeyMaterialDescription: 'of 2027',
      ValidTo,
    })
    const imported = { KeyId, ImportState: 'IMPORTED', ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }
    const waiting = { ...imported, ...second, KeyMaterialDescription: 'of 2027', ValidTo, KeyId }
    const pending = {
      ImportState: 'IMPORTED',
      KeyId,
      KeyMaterialId: waiting.KeyMaterialId,
      KeyMaterialDescription: 'of 2027',
      ExpirationModel: 'KEY_MATERIAL_EXPIRES',
      ValidTo,
    }
    expect(await rotationsOf('ALL_KEY_MATERIAL')).toEqual([
      { ...imported, KeyMaterialId: first.KeyMaterialId, KeyMaterialState: 'CURRENT' },
      { ...pending, KeyMaterialState: 'PENDING_ROTATION' },
    ])
    expect(await rotationsOf()).toEqual([])
    // What only waits is nothing that the key's own date tells of.
    const before = (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata
    expect(before).toMatchObject({
      CurrentKeyMaterialId: first.KeyMaterialId,
      ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
    })

    expect(await kms.send(new RotateKeyOnDemandCommand({ KeyId }))).toMatchObject({ KeyId })
    const after = (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata
    expect(after).toMatchObject({ CurrentKeyMaterialId: second.KeyMaterialId, ValidTo })
    const rotated = {
      ...pending,
      KeyMaterialState: 'CURRENT',
      RotationType: 'ON_DEMAND',
      RotationDate: expect.any(Date) as Date,
    }
    expect(await rotationsOf()).toEqual([rotated])
    const young = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
    expect(await opened(old.CiphertextBlob)).toEqual(Plaintext)
    expect(await opened(young.CiphertextBlob)).toEqual(Plaintext)
  })

  it('has one material waiting at a time, and never the same twice', async () => {
    await importMaterial(kms, KeyId, MATERIAL)
    await importMaterial(kms, KeyId, SECOND, NEW)
    const third = importMaterial(kms, KeyId, Buffer.alloc(32, 9), NEW)
    await expect(third).rejects.toMatchObject({ name: 'KMSInvalidStateException' })
    const again = importMaterial(kms, KeyId, MATERIAL, NEW)
    await expect(again).rejects.toMatchObject({ name: 'IncorrectKeyMaterialException' })
    // That which waits may be imported again, for another date.
    await importMaterial(kms, KeyId, SECOND, { ValidTo: inDays(3) })
    expect((await rotationsOf('ALL_KEY_MATERIAL'))[1]).toMatchObject({ KeyMaterialState: 'PENDING_ROTATION' })
  })

  it('of a key that is disabled is refused', async () => {
    await importMaterial(kms, KeyId, MATERIAL)
    await importMaterial(kms, KeyId, SECOND, NEW)
    await kms.send(new DisableKeyCommand({ KeyId }))
    await expect(kms.send(new RotateKeyOnDemandCommand({ KeyId }))).rejects.toMatchObject({
      name: 'DisabledException',
    })
  })
})

describe('material that expires', () => {
  it('leaves a key that waits for it', async () => {
    const { KeyMaterialId } = await importMaterial(kms, KeyId, MATERIAL, { ValidTo: inDays(2) })
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
    server.clock.advance(DAY)
    expect(await opened(CiphertextBlob)).toEqual(Plaintext)
    server.clock.advance(DAY)
    expect(await stateNow()).toBe('PendingImport')
    await expect(opened(CiphertextBlob)).rejects.toMatchObject({ name: 'KMSInvalidStateException' })
    expect((await rotationsOf('ALL_KEY_MATERIAL'))[0]).toMatchObject({
      KeyMaterialId,
      ImportState: 'PENDING_IMPORT',
    })
    await importMaterial(kms, KeyId, MATERIAL, { ValidTo: inDays(2) })
    expect(await opened(CiphertextBlob)).toEqual(Plaintext)
  })

  it('while it waits for a rotation is gone, and nothing else changes', async () => {
    await importMaterial(kms, KeyId, MATERIAL)
    await importMaterial(kms, KeyId, SECOND, { ...NEW, ValidTo: inDays(1) })
    server.clock.advance(2 * DAY)
    expect(await stateNow()).toBe('Enabled')
    expect(await rotationsOf('ALL_KEY_MATERIAL')).toHaveLength(1)
    await expect(kms.send(new RotateKeyOnDemandCommand({ KeyId }))).rejects.toMatchObject({
      name: 'KMSInvalidStateException',
    })
    await importMaterial(kms, KeyId, SECOND, NEW)
    await kms.send(new RotateKeyOnDemandCommand({ KeyId }))
  })

  it('of several is told by its earliest date', async () => {
    await importMaterial(kms, KeyId, MATERIAL, { ValidTo: inDays(5) })
    const ValidTo = inDays(3)
    await importMaterial(kms, KeyId, SECOND, { ...NEW, ValidTo })
    await kms.send(new RotateKeyOnDemandCommand({ KeyId }))
    expect((await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.ValidTo).toEqual(ValidTo)
  })
})

it('objects of S3 are there again with the material', async () => {
  // The client takes over the machine's time with the first answer.
  const s3 = () => s3Client(server, { systemClockOffset: server.clock.now().getTime() - Date.now() })
  const object = { Bucket: 'brought', Key: 'a' }
  const put = () =>
    s3().send(
      new PutObjectCommand({
        ...object,
        Body: 'text',
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: KeyId,
      }),
    )
  const refused = { name: 'KMS.KMSInvalidStateException', $metadata: { httpStatusCode: 400 } }
  await expect(put()).rejects.toMatchObject(refused)
  await importMaterial(kms, KeyId, MATERIAL, { ValidTo: inDays(1) })
  expect((await put()).SSEKMSKeyId).toBe(arn)
  server.clock.advance(DAY)
  await expect(s3().send(new GetObjectCommand(object))).rejects.toMatchObject(refused)
  await importMaterial(kms, KeyId, MATERIAL)
  const { Body } = await s3().send(new GetObjectCommand(object))
  expect(await Body?.transformToString()).toBe('text')
})

describe('policies look at', () => {
  const root = `arn:aws:iam::${mainAccount.id}:root`
  const denying = (Action: string, Condition: object): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' },
        { Effect: 'Deny', Principal: { AWS: root }, Action, Resource: '*', Condition },
      ],
    })
  const refused = { name: 'AccessDeniedException' }
  const withPolicy = (Action: string, Condition: object) =>
    kms.send(new PutKeyPolicyCommand({ KeyId, Policy: denying(Action, Condition) }))

  it('wrapping algorithms and the sizes of wrapping keys', async () => {
    await withPolicy('kms:GetParametersForImport', {
      StringNotEquals: { 'kms:WrappingAlgorithm': 'RSAES_OAEP_SHA_256' },
    })
    await wrappedMaterial(kms, KeyId, MATERIAL)
    const bySha1 = wrappedMaterial(kms, KeyId, MATERIAL, { WrappingAlgorithm: 'RSAES_OAEP_SHA_1' })
    await expect(bySha1).rejects.toMatchObject(refused)
    await withPolicy('kms:GetParametersForImport', { StringEquals: { 'kms:WrappingKeySpec': 'RSA_2048' } })
    await expect(wrappedMaterial(kms, KeyId, MATERIAL)).rejects.toMatchObject(refused)
    await wrappedMaterial(kms, KeyId, MATERIAL, { WrappingKeySpec: 'RSA_3072' })
  })

  it('whether and when material expires', async () => {
    const never = { StringEquals: { 'kms:ExpirationModel': 'KEY_MATERIAL_DOES_NOT_EXPIRE' } }
    await withPolicy('kms:ImportKeyMaterial', never)
    await expect(importMaterial(kms, KeyId, MATERIAL)).rejects.toMatchObject(refused)
    await importMaterial(kms, KeyId, MATERIAL, { ValidTo: inDays(9) })
    const late = { DateGreaterThan: { 'kms:ValidTo': inDays(10).toISOString() } }
    await withPolicy('kms:ImportKeyMaterial', late)
    await expect(importMaterial(kms, KeyId, MATERIAL, { ValidTo: inDays(11) })).rejects.toMatchObject(refused)
    await importMaterial(kms, KeyId, MATERIAL, { ValidTo: inDays(9) })
  })

  it('where the material of a key comes from', async () => {
    const external = { StringEquals: { 'kms:KeyOrigin': 'EXTERNAL' } }
    await importMaterial(kms, KeyId, MATERIAL)
    await withPolicy('kms:Encrypt', external)
    await expect(kms.send(new EncryptCommand({ KeyId, Plaintext }))).rejects.toMatchObject(refused)
    await kms
      .send(new CreateKeyCommand({ Policy: denying('kms:Encrypt', external) }))
      .then(({ KeyMetadata }) => kms.send(new EncryptCommand({ KeyId: KeyMetadata?.KeyId, Plaintext })))
  })
})
