import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyRotationStatusCommand,
  type KMSClient,
  ListKeyRotationsCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeEach, expect, it } from 'vitest'
import { kmsClient } from '../../support/kms-client.ts'
import { startTestServer } from '../../support/server.ts'

const DAY = 24 * 3600 * 1000
const Plaintext = Buffer.from('older than its key')
let server: TestServer
let kms: KMSClient
let KeyId: string

beforeEach(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? ''
  return () => server[Symbol.asyncDispose]()
})

function pass(days: number): void {
  server.clock.advance(days * DAY)
}

it('on demand gives new material, and the old goes on decrypting', async () => {
  const old = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
  expect(await kms.send(new RotateKeyOnDemandCommand({ KeyId }))).toMatchObject({ KeyId })
  const young = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
  const materials = []
  for (const { CiphertextBlob } of [old, young]) {
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob }))
    expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext)
    materials.push(opened.KeyMaterialId)
  }
  expect(materials[0]).not.toBe(materials[1])
  const current = { KeyId, KeyMaterialId: materials[1], KeyMaterialState: 'CURRENT' }
  const rotation = { ...current, RotationType: 'ON_DEMAND', RotationDate: expect.any(Date) as Date }
  const first = { KeyId, KeyMaterialId: materials[0], KeyMaterialState: 'NON_CURRENT' }
  const listed = async (IncludeKeyMaterial?: 'ALL_KEY_MATERIAL' | 'ROTATIONS_ONLY') => {
    const { Rotations, Truncated } = await kms.send(
      new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial }),
    )
    expect(Truncated).toBe(false)
    return Rotations
  }
  expect(await listed()).toEqual([rotation])
  expect(await listed('ROTATIONS_ONLY')).toEqual([rotation])
  expect(await listed('ALL_KEY_MATERIAL')).toEqual([first, rotation])
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }))
  expect(KeyMetadata?.CurrentKeyMaterialId).toBe(materials[1])
})

it('happens by itself when it is due', async () => {
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
  await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }))
  expect(await kms.send(new GetKeyRotationStatusCommand({ KeyId }))).toMatchObject({
    KeyRotationEnabled: true,
    RotationPeriodInDays: 90,
  })
  pass(89)
  expect((await kms.send(new ListKeyRotationsCommand({ KeyId }))).Rotations).toEqual([])
  pass(2)
  await kms.send(new EncryptCommand({ KeyId, Plaintext }))
  const rotated = await kms.send(new ListKeyRotationsCommand({ KeyId }))
  expect(rotated.Rotations).toMatchObject([{ RotationType: 'AUTOMATIC' }])
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob }))
  expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext)
})

it('by itself is off at first, and can be turned off again', async () => {
  const isEnabled = async () =>
    (await kms.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled
  expect(await isEnabled()).toBe(false)
  await kms.send(new EnableKeyRotationCommand({ KeyId }))
  expect(await isEnabled()).toBe(true)
  await kms.send(new DisableKeyRotationCommand({ KeyId }))
  expect(await isEnabled()).toBe(false)
  pass(400)
  expect((await kms.send(new ListKeyRotationsCommand({ KeyId }))).Rotations).toEqual([])
})

it.each([89, 2561])('cannot be every %i days', async (RotationPeriodInDays) => {
  const enabling = kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays }))
  await expect(enabling).rejects.toMatchObject({ name: 'ValidationException' })
})

it('on demand is possible 25 times', async () => {
  for (let index = 0; index < 25; index++) await kms.send(new RotateKeyOnDemandCommand({ KeyId }))
  const oneMore = kms.send(new RotateKeyOnDemandCommand({ KeyId }))
  await expect(oneMore).rejects.toMatchObject({ name: 'LimitExceededException' })
})

// Source: AWS KMS API Reference, GetKeyRotationStatus.
it('by itself is off while deletion is pending, and as it was when that is cancelled', async () => {
  await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }))
  const before = await kms.send(new GetKeyRotationStatusCommand({ KeyId }))
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId }))
  const { $metadata: _sent, ...pending } = await kms.send(new GetKeyRotationStatusCommand({ KeyId }))
  expect(pending).toEqual({ KeyId: before.KeyId, KeyRotationEnabled: false })
  await kms.send(new CancelKeyDeletionCommand({ KeyId }))
  const { KeyRotationEnabled, RotationPeriodInDays, NextRotationDate } = before
  expect(await kms.send(new GetKeyRotationStatusCommand({ KeyId }))).toMatchObject({
    KeyRotationEnabled,
    RotationPeriodInDays,
    NextRotationDate,
  })
  expect(KeyRotationEnabled).toBe(true)
})
