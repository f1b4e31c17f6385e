import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectAnnotationCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectAnnotationCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { OrderedStore } from '../../../packages/server/src/metadata/ordered-store.ts'
import { readUsages } from '../../../packages/server/src/metadata/read-usage.ts'
import { buckets } from '../../../packages/server/src/metadata/tables/tables.ts'
import { readRow } from '../../../packages/server/src/metadata/transaction.ts'
import { setQuota } from '../../../packages/server/src/s3/shared/quotas/set-quota.ts'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

let server: TestServer
let store: OrderedStore
let client: S3Client
let made = 0

beforeAll(async () => {
  server = await startTestServer({ wrapMetadata: (opened) => (store = opened), minimumPartBytes: 1 })
  client = s3Client(server)
})
afterAll(() => server.close())

async function bucketWith(limits: { maximumBytes?: number; maximumObjects?: number }): Promise<string> {
  const Bucket = await createBucket(server, `quota-${made++}`)
  await setQuota(store, { bucket: Bucket }, limits)
  return Bucket
}

async function held(Bucket: string) {
  const row = await readRow(store, buckets, Bucket)
  const [usage] = await readUsages(store, [row?.id ?? ''])
  return usage
}

function put(Bucket: string, Key: string, bytes: number) {
  return client.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(bytes) }))
}

const exceeded = { name: 'QuotaExceeded', $metadata: { httpStatusCode: 403 } }

describe('a quota of bytes', () => {
  it('is used up to the last byte, and not beyond', async () => {
    const Bucket = await bucketWith({ maximumBytes: 1000 })
    await put(Bucket, 'a', 400)
    await put(Bucket, 'b', 600)
    await expect(put(Bucket, 'c', 1)).rejects.toMatchObject(exceeded)
    await put(Bucket, 'empty', 0)
    expect(await held(Bucket)).toMatchObject({ bytes: 1000, objects: 3 })
  })

  it('counts annotations, until they are freed', async () => {
    const Bucket = await bucketWith({ maximumBytes: 1000 })
    await put(Bucket, 'a', 400)
    const note = { Bucket, Key: 'a', AnnotationName: 'note' }
    const annotate = (bytes: number, AnnotationName = 'note') =>
      client.send(
        new PutObjectAnnotationCommand({ ...note, AnnotationName, AnnotationPayload: 'x'.repeat(bytes) }),
      )
    await annotate(500)
    await annotate(600)
    await expect(annotate(601)).rejects.toMatchObject(exceeded)
    await expect(annotate(1, 'other')).rejects.toMatchObject(exceeded)
    expect(await held(Bucket)).toMatchObject({ bytes: 1000, objects: 1 })
    await client.send(new DeleteObjectAnnotationCommand(note))
    expect(await held(Bucket)).toMatchObject({ bytes: 400 })
    await annotate(600)
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))
    await vi.waitFor(async () => expect(await held(Bucket)).toMatchObject({ bytes: 0, objects: 0 }))
  })

  it('counts what an object takes the place of', async () => {
    const Bucket = await bucketWith({ maximumBytes: 1000 })
    await put(Bucket, 'a', 900)
    await put(Bucket, 'a', 1000)
    await expect(put(Bucket, 'a', 1001)).rejects.toMatchObject(exceeded)
    await put(Bucket, 'a', 10)
    await put(Bucket, 'b', 990)
    expect(await held(Bucket)).toMatchObject({ bytes: 1000, objects: 2 })
  })

  it('counts every version, and lets versions and delete markers be written and removed at any time', async () => {
    const Bucket = await bucketWith({ maximumBytes: 1000 })
    await client.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    )
    const { VersionId } = await put(Bucket, 'a', 600)
    await expect(put(Bucket, 'a', 600)).rejects.toMatchObject(exceeded)
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))
    await expect(put(Bucket, 'a', 600)).rejects.toMatchObject(exceeded)
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId }))
    await put(Bucket, 'a', 1000)
  })

  it('is of copies, too', async () => {
    const Bucket = await bucketWith({ maximumBytes: 1000 })
    await put(Bucket, 'a', 600)
    const copy = new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/a` })
    await expect(client.send(copy)).rejects.toMatchObject(exceeded)
    expect(await held(Bucket)).toMatchObject({ bytes: 600, objects: 1 })
  })

  it('counts parts when they are uploaded; to complete adds nothing, to abort gives them back', async () => {
    const Bucket = await bucketWith({ maximumBytes: 1000 })
    const Key = 'parts'
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    const part = (PartNumber: number, bytes: number) =>
      client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: Buffer.alloc(bytes) }))
    await part(1, 700)
    await expect(part(2, 301)).rejects.toMatchObject(exceeded)
    const { ETag } = await part(1, 1000)
    await expect(put(Bucket, 'a', 1)).rejects.toMatchObject(exceeded)
    await client.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    )
    expect(await held(Bucket)).toMatchObject({ bytes: 1000, partBytes: 0 })

    const again = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    const CopySource = `${Bucket}/${Key}`
    const copied = { Bucket, Key, UploadId: again.UploadId, PartNumber: 1, CopySource }
    await expect(client.send(new UploadPartCopyCommand(copied))).rejects.toMatchObject(exceeded)
    await client.send(new DeleteObjectCommand({ Bucket, Key }))
    await client.send(new UploadPartCommand({ ...copied, Body: Buffer.alloc(1000) }))
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: again.UploadId }))
    await server.settle()
    await put(Bucket, 'a', 1000)
  })

  it('refuses before the body is sent where its length is told', async () => {
    const Bucket = await bucketWith({ maximumBytes: 1000 })
    const answer = await rawRequest(server, {
      method: 'PUT',
      path: `/${Bucket}/large`,
      body: Buffer.alloc(2_000_000),
    })
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('<Code>QuotaExceeded</Code>')
    expect(answer.text).toContain('<QuotaScope>bucket</QuotaScope>')
    expect(await held(Bucket)).toMatchObject({ bytes: 0, objects: 0 })
  })
})

it('a quota of objects counts versions, and not delete markers', async () => {
  const Bucket = await bucketWith({ maximumObjects: 2 })
  await client.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
  )
  await put(Bucket, 'a', 1)
  await put(Bucket, 'a', 1)
  await expect(put(Bucket, 'b', 1)).rejects.toMatchObject(exceeded)
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))
  expect(await held(Bucket)).toMatchObject({ versions: 2, deleteMarkers: 1 })
})

it('a quota that is lowered lets nothing grow until there is room, and one that is taken away lets all in', async () => {
  const Bucket = await bucketWith({ maximumBytes: 1000 })
  await put(Bucket, 'a', 800)
  await setQuota(store, { bucket: Bucket }, { maximumBytes: 500 })
  await expect(put(Bucket, 'b', 1)).rejects.toMatchObject(exceeded)
  await expect(put(Bucket, 'a', 801)).rejects.toMatchObject(exceeded)
  await put(Bucket, 'a', 700)
  await put(Bucket, 'a', 100)
  await put(Bucket, 'b', 400)
  await setQuota(store, { bucket: Bucket }, {})
  await put(Bucket, 'c', 5000)
})

it('a quota of an account is of all its buckets, those to come too, and of nobody else', async () => {
  const credentials = otherCredentials
  const other = s3Client(server, { credentials })
  const [one, two] = ['account-one', 'account-two']
  const putAs = (Bucket: string, bytes: number, Key = 'k') =>
    other.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(bytes) }))
  await other.send(new CreateBucketCommand({ Bucket: one }))
  await putAs(one, 300)
  await setQuota(store, { account: otherAccount.id }, { maximumBytes: 1000 })
  await other.send(new CreateBucketCommand({ Bucket: two }))
  await putAs(two, 600)
  await expect(putAs(one, 101, 'more')).rejects.toMatchObject(exceeded)
  await putAs(one, 100, 'more')
  await expect(putAs(two, 1, 'more')).rejects.toMatchObject(exceeded)
  expect(mainAccount.id).not.toBe(otherAccount.id)
  await put(await createBucket(server, 'of-another'), 'k', 5000)
  await setQuota(store, { account: otherAccount.id }, {})
  await putAs(two, 5000)
})

it('many at once use it up exactly', { timeout: 60_000 }, async () => {
  const Bucket = await bucketWith({ maximumBytes: 100_000, maximumObjects: 60 })
  const outcomes = await Promise.allSettled(
    Array.from({ length: 150 }, (_, index) => put(Bucket, `k${index}`, 1000)),
  )
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  for (const { reason } of refused) expect(reason).toMatchObject(exceeded)
  expect(outcomes.length - refused.length).toBe(60)
  expect(await held(Bucket)).toMatchObject({ objects: 60, bytes: 60_000 })
})
