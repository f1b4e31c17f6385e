import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { MovableClock } from 'holdfast'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { s3Client } from '../../support/s3-client.ts'
import { expectStatus, TimeRoom } from '../../support/time-room.ts'

// Source: S3 API Reference, CreateMultipartUpload, UploadPart, UploadPartCopy, ListParts, AbortMultipartUpload and MultipartUpload: the
// version ID of the object, "if bucket versioning is enabled".

let room: TimeRoom
let client: S3Client
beforeAll(async () => {
  // It stands still, so that everything happens in the same millisecond.
  room = await TimeRoom.open({ versioning: true, clock: new MovableClock(new Date()) })
  client = s3Client(room.server)
})
afterAll(() => room[Symbol.asyncDispose]())

const create = (Key: string) => client.send(new CreateMultipartUploadCommand({ Bucket: room.bucket, Key }))

async function complete(Key: string, UploadId: string | undefined) {
  const of = { Bucket: room.bucket, Key, UploadId }
  const { ETag } = await client.send(new UploadPartCommand({ ...of, PartNumber: 1, Body: 'part' }))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  return client.send(new CompleteMultipartUploadCommand({ ...of, MultipartUpload }))
}

async function idsOf(Prefix: string) {
  const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket: room.bucket, Prefix }))
  return Versions?.map(({ VersionId }) => VersionId)
}

it('an upload has the id of its version from the beginning on', async () => {
  const { VersionId, UploadId } = await create('key')
  expect(VersionId).toMatch(/^[0-9a-f]{32}$/)
  const of = { Bucket: room.bucket, Key: 'key', UploadId }
  const part = await client.send(new UploadPartCommand({ ...of, PartNumber: 1, Body: 'part' }))
  await room.put('source')
  const CopySource = `${room.bucket}/source`
  const copied = await client.send(new UploadPartCopyCommand({ ...of, PartNumber: 2, CopySource }))
  const parts = await client.send(new ListPartsCommand(of))
  const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: room.bucket }))
  const told = [part.VersionId, copied.VersionId, parts.VersionId, Uploads?.[0]?.VersionId]
  expect(told).toEqual([VersionId, VersionId, VersionId, VersionId])
  expect((await complete('key', UploadId)).VersionId).toBe(VersionId)
  const head = await client.send(new HeadObjectCommand({ Bucket: room.bucket, Key: 'key', VersionId }))
  expect([head.VersionId, head.ContentLength]).toEqual([VersionId, 4])
})

it('one that is aborted tells it for the last time', async () => {
  const { VersionId, UploadId } = await create('aborted')
  const aborted = await client.send(
    new AbortMultipartUploadCommand({ Bucket: room.bucket, Key: 'aborted', UploadId }),
  )
  expect(aborted.VersionId).toBe(VersionId)
})

it('keeps it behind what was put since, and before what was put before, in the same millisecond, too', async () => {
  // By chance the place that goes with the id is free, or before the one that came between.
  for (let round = 0; round < 12; round++) {
    const Key = `crowded ${round}`
    const one = await create(Key)
    const put = await client.send(new PutObjectCommand({ Bucket: room.bucket, Key, Body: 'put' }))
    const two = await create(Key)
    expect((await complete(Key, one.UploadId)).VersionId).toBe(one.VersionId)
    expect((await complete(Key, two.UploadId)).VersionId).toBe(two.VersionId)
    expect(new Set(await idsOf(Key))).toEqual(new Set([one.VersionId, put.VersionId, two.VersionId]))
    const newest = await client.send(new HeadObjectCommand({ Bucket: room.bucket, Key }))
    expect(newest.VersionId).toBe(two.VersionId)
    for (const VersionId of [one.VersionId, put.VersionId, two.VersionId]) {
      const head = await client.send(new HeadObjectCommand({ Bucket: room.bucket, Key, VersionId }))
      expect(head.VersionId).toBe(VersionId)
      expectStatus(await room.request('DELETE', Key, { query: `versionId=${VersionId}` }), 204)
    }
    expect(await idsOf(Key)).toBeUndefined()
  }
  room.server.clock.advance(1000)
  const { UploadId, VersionId } = await create('late')
  room.server.clock.advance(1000)
  const { VersionId: since } = await client.send(
    new PutObjectCommand({ Bucket: room.bucket, Key: 'late', Body: 'put' }),
  )
  await complete('late', UploadId)
  expect(await idsOf('late')).toEqual([since, VersionId])
})

it('the id is told where versioning was enabled at the beginning, whatever came later', async () => {
  await using plain = await TimeRoom.open()
  const at = s3Client(plain.server)
  const of = { Bucket: plain.bucket, Key: 'key' }
  const before = await at.send(new CreateMultipartUploadCommand(of))
  expect(before.VersionId).toBeUndefined()
  await plain.setVersioning('Enabled')
  const enabled = await at.send(new CreateMultipartUploadCommand(of))
  expect(enabled.VersionId).toBeDefined()
  const first = await at.send(new ListPartsCommand({ ...of, UploadId: before.UploadId }))
  expect(first.VersionId).toBeUndefined()
  const done = async (UploadId: string | undefined) => {
    const { ETag } = await at.send(new UploadPartCommand({ ...of, UploadId, PartNumber: 1, Body: 'x' }))
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    return at.send(new CompleteMultipartUploadCommand({ ...of, UploadId, MultipartUpload }))
  }
  expect((await done(before.UploadId)).VersionId).toMatch(/^[0-9a-f]{32}$/)
  await plain.setVersioning('Suspended')
  const second = await at.send(new ListPartsCommand({ ...of, UploadId: enabled.UploadId }))
  expect(second.VersionId).toBe(enabled.VersionId)
  expect((await done(enabled.UploadId)).VersionId).toBe(enabled.VersionId)
  expect((await at.send(new HeadObjectCommand(of))).VersionId).toBe(enabled.VersionId)
  await at.send(new PutObjectCommand({ ...of, Body: 'the null version' }))
  await plain.setVersioning('Enabled')
  const last = await at.send(new CreateMultipartUploadCommand(of))
  await plain.setVersioning('Suspended')
  expect((await done(last.UploadId)).VersionId).toBe(last.VersionId)
  const { Versions } = await at.send(new ListObjectVersionsCommand({ Bucket: plain.bucket }))
  const listed = Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])
  expect(listed?.[0]).toEqual([last.VersionId, true])
  expect(listed?.map(([id]) => id)).toEqual([last.VersionId, 'null', enabled.VersionId, expect.any(String)])
})
