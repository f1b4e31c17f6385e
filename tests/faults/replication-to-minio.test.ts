import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectLegalHoldCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { requireFurtherClient } from '../clients/further-clients.ts'
import { ReplicationRoom, ruleTo } from '../conformance/replication/replication-room.ts'
import { makeBucket, remoteOf } from '../conformance/replication/two-sites.ts'
import { type Minio, startMinio } from '../import/minio-source.ts'
import { contentOf } from '../support/content.ts'
import { s3Client } from '../support/s3-client.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/* A MinIO as the destination of rules: it knows nothing of Holdfast, and is stricter and laxer than S3 in places of its own. */

const PART_BYTES = 5 * 1024 * 1024
const HOUR = 3600_000

interface Site {
  readonly here: ReplicationRoom
  readonly minio: Minio
  readonly there: S3Client
}

let program = ''
const started = new AsyncDisposableStack()
let site: Site | undefined
afterAll(() => started.disposeAsync())

beforeEach(async (context) => {
  program = await requireFurtherClient(context, 'minio')
}, 120_000)

/** One for all tests: MinIO takes seconds to start. */
async function open(): Promise<Site> {
  if (site) return site
  const folder = started.use(await temporaryDirectory())
  const minio = started.use(await startMinio(program, 'mc', folder.path))
  const there = s3Client(minio)
  const destinations = ['plain', 'locked'].map((bucket) => ({
    ...remoteOf(minio.url),
    arn: `arn:aws:s3:::far-${bucket}`,
    bucket,
    accessKey: minio.credentials,
  }))
  const here = started.use(
    await ReplicationRoom.open({ replication: { destinations }, minimumPartBytes: PART_BYTES }),
  )
  for (const Bucket of ['plain', 'locked']) {
    const isLocked = Bucket === 'locked'
    await there.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: isLocked }))
    await there.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    )
    await makeBucket(here, Bucket, isLocked)
    await here.replicate(Bucket, await here.role(), ruleTo(`far-${Bucket}`))
  }
  site = { here, minio, there }
  return site
}

async function bytesOf(client: S3Client, Bucket: string, Key: string, VersionId?: string): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }))
  return Buffer.from((await Body?.transformToByteArray()) ?? [])
}

/** The versions of a key, the newest first: sizes and entity tags, and what is a delete marker. */
async function historyOf(client: S3Client, Bucket: string, Prefix: string): Promise<unknown[]> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket, Prefix }),
  )
  const markers = DeleteMarkers.map(({ Key, IsLatest }) => [Key, 'marker', undefined, IsLatest])
  return [...Versions.map(({ Key, Size, ETag, IsLatest }) => [Key, Size, ETag, IsLatest]), ...markers]
}

const SAID = {
  ContentType: 'text/x-it',
  CacheControl: 'max-age=3',
  ContentDisposition: 'inline; filename="e"',
  ContentLanguage: 'da',
  ContentEncoding: 'x-it',
  Metadata: { colour: 'blue', note: '=?UTF-8?B?w6k=?=' },
  Tagging: 'a=b&c%20d=e%2B%3D%2F',
} as const

it('objects of every size come with all that is said of them', { timeout: 120_000 }, async () => {
  const { here, there } = await open()
  const bodies = [0, 5, 70_000, 3_000_000].map((size) => contentOf(`${size}`, size))
  for (const [at, Body] of bodies.entries()) await here.put('plain', `all ${at}/ü+&`, { ...SAID, Body })
  await here.server.settle()
  for (const [at, body] of bodies.entries()) {
    const Key = `all ${at}/ü+&`
    expect(await here.status('plain', Key)).toBe('COMPLETED')
    const one = await here.client.send(new HeadObjectCommand({ Bucket: 'plain', Key }))
    const two = await there.send(new HeadObjectCommand({ Bucket: 'plain', Key }))
    for (const name of [
      'ContentLength',
      'ContentType',
      'CacheControl',
      'ContentDisposition',
      'ContentLanguage',
      'ContentEncoding',
      'Metadata',
      'ETag',
    ] as const)
      expect([name, two[name]]).toEqual([name, one[name]])
    expect(Buffer.compare(await bytesOf(there, 'plain', Key), Buffer.from(body))).toBe(0)
    const { TagSet } = await there.send(new GetObjectTaggingCommand({ Bucket: 'plain', Key }))
    expect(TagSet).toEqual([
      { Key: 'a', Value: 'b' },
      { Key: 'c d', Value: 'e+=/' },
    ])
  }
})

it('versions and delete markers of a key come in their order', { timeout: 120_000 }, async () => {
  const { here, there } = await open()
  for (const Body of ['one', 'two', undefined, 'three', undefined]) {
    if (Body === undefined) await here.client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'order' }))
    else await here.put('plain', 'order', { Body })
  }
  await here.server.settle()
  const history = await historyOf(there, 'plain', 'order')
  expect(history).toHaveLength(5)
  expect(history).toEqual(await historyOf(here.client, 'plain', 'order'))
})

it('uploads in parts come part by part, with their entity tags', { timeout: 180_000 }, async () => {
  const { here, there } = await open()
  for (const ChecksumAlgorithm of ['CRC32', 'SHA256', 'CRC64NVME'] as const) {
    const at = { Bucket: 'plain', Key: `parts ${ChecksumAlgorithm}` }
    const { UploadId } = await here.client.send(
      new CreateMultipartUploadCommand({ ...at, ContentType: 'x/y', Tagging: 'a=b', ChecksumAlgorithm }),
    )
    const parts = [PART_BYTES, PART_BYTES, 7].map((size, index) => contentOf(`part ${index}`, size))
    const Parts = []
    for (const [index, Body] of parts.entries()) {
      const PartNumber = index + 1
      const put = new UploadPartCommand({ ...at, UploadId, PartNumber, Body, ChecksumAlgorithm })
      const { $metadata: _, ...answer } = await here.client.send(put)
      Parts.push({ ...answer, PartNumber })
    }
    await here.client.send(
      new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }),
    )
    await here.server.settle()
    expect(await here.status(at.Bucket, at.Key)).toBe('COMPLETED')
    const one = await here.client.send(new HeadObjectCommand(at))
    const two = await there.send(new HeadObjectCommand(at))
    expect([two.ETag, two.ContentLength, two.ContentType]).toEqual([one.ETag, one.ContentLength, 'x/y'])
    expect(Buffer.compare(await bytesOf(there, at.Bucket, at.Key), Buffer.concat(parts))).toBe(0)
    expect((await there.send(new GetObjectTaggingCommand(at))).TagSet).toEqual([{ Key: 'a', Value: 'b' }])
  }
  expect((await there.send(new ListMultipartUploadsCommand({ Bucket: 'plain' }))).Uploads).toBeUndefined()
})

it('changes of tags reach the version that they are of', { timeout: 120_000 }, async () => {
  const { here, there } = await open()
  const first = await here.put('plain', 'changes', { Body: 'first', Tagging: 'a=b' })
  await here.put('plain', 'changes', { Body: 'second' })
  await here.server.settle()
  // Longer than a header may be, and in letters that MinIO takes.
  const TagSet = Array.from({ length: 10 }, (_, at) => ({
    Key: `${at}`.padEnd(120, 'k'),
    Value: 'v+='.repeat(85),
  }))
  const at = { Bucket: 'plain', Key: 'changes', VersionId: first }
  await here.client.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet } }))
  await here.server.settle()
  expect(await here.status('plain', 'changes', first)).toBe('COMPLETED')
  const { Versions = [] } = await there.send(
    new ListObjectVersionsCommand({ Bucket: 'plain', Prefix: 'changes' }),
  )
  const tags = await Promise.all(
    Versions.map(async ({ VersionId }) => {
      const found = await there.send(
        new GetObjectTaggingCommand({ Bucket: 'plain', Key: 'changes', VersionId }),
      )
      return found.TagSet
    }),
  )
  expect(tags).toEqual([[], TagSet])
})

it('long tags come with the version', { timeout: 120_000 }, async () => {
  const { here, there } = await open()
  const tags = Array.from({ length: 10 }, (_, at) => [`${at}`.padEnd(120, 'k'), 'v'.repeat(256)])
  await here.put('plain', 'long', { Tagging: String(new URLSearchParams(tags)) })
  await here.server.settle()
  const { TagSet = [] } = await there.send(new GetObjectTaggingCommand({ Bucket: 'plain', Key: 'long' }))
  expect(TagSet.map(({ Key, Value }) => [Key, Value])).toEqual(tags)
})

it('locks come along, and change', { timeout: 120_000 }, async () => {
  const { here, there } = await open()
  const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + HOUR)
  const lock = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until } as const
  await here.put('locked', 'key', { ...lock, ObjectLockLegalHoldStatus: 'ON' })
  await here.server.settle()
  const head = () => there.send(new HeadObjectCommand({ Bucket: 'locked', Key: 'key' }))
  expect(await head()).toMatchObject({ ...lock, ObjectLockLegalHoldStatus: 'ON' })
  const LegalHold = { Status: 'OFF' } as const
  await here.client.send(new PutObjectLegalHoldCommand({ Bucket: 'locked', Key: 'key', LegalHold }))
  await here.server.settle()
  expect(await here.status('locked', 'key')).toBe('COMPLETED')
  expect(await head()).toMatchObject({ ...lock, ObjectLockLegalHoldStatus: 'OFF' })
})

it('tags in letters that MinIO does not take are a failure that is told', { timeout: 120_000 }, async () => {
  const { here } = await open()
  await here.put('plain', 'letters', { Tagging: 'a=%C3%A6' })
  await here.server.settle()
  expect(await here.status('plain', 'letters')).toBe('FAILED')
  const text = await (await fetch(`${here.server.url}/-/metrics`)).text()
  expect(text).toContain('holdfast_replication_failures_total{reason="DstPutTaggingNotPermitted"} 1')
})

it('what is given to everybody there comes as it may', { timeout: 120_000 }, async () => {
  const { here } = await open()
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] }
  await here.client.send(new PutBucketOwnershipControlsCommand({ Bucket: 'plain', OwnershipControls }))
  await here.client.send(new DeletePublicAccessBlockCommand({ Bucket: 'plain' }))
  await here.put('plain', 'public', { ACL: 'public-read' })
  await here.server.settle()
  expect(await here.status('plain', 'public')).toBe('COMPLETED')
  const ACL = 'authenticated-read'
  await here.client.send(new PutObjectAclCommand({ Bucket: 'plain', Key: 'public', ACL }))
  await here.server.settle()
  expect(await here.status('plain', 'public')).toBe('COMPLETED')
})
