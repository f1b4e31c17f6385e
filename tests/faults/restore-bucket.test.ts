import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { otherAccount } from '../support/accounts.ts'
import { blobFiles } from '../support/blob-files.ts'
import { contentOf } from '../support/content.ts'
import { rawRequest } from '../support/raw-request.ts'
import { s3Client } from '../support/s3-client.ts'
import { allOfBucket } from '../import/all-of-bucket.ts'
import { type BucketRoom, bucketRoom } from './bucket-room.ts'
import { sweep } from './sweep.ts'

const Bucket = 'photos'
const LARGE = contentOf('large', 100_000)
const CUSTOMER = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: '0123456789abcdef0123456789abcdef' }

let room: BucketRoom
let client: S3Client
beforeAll(async () => {
  room = await bucketRoom()
  client = s3Client(room.server)
  await makePhotos()
  await makePlain()
  const { exitCode, text } = await room.holdfast('backup', room.backup)
  if (exitCode !== 0) throw new Error(text)
}, 120_000)
afterAll(async () => {
  client.destroy()
  await room[Symbol.asyncDispose]()
})

const put = (Key: string, Body: string | Buffer, more: object = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))

/** A bucket with all that one can have. */
async function makePhotos(): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
  await client.send(
    new PutBucketOwnershipControlsCommand({
      Bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
    }),
  )
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
  await put('a', 'first', { ContentType: 'text/plain' })
  const described = { Metadata: { colour: 'red' }, Tagging: 'project=one', CacheControl: 'no-store' }
  const grant = { GrantRead: `id="${otherAccount.canonicalId}"` }
  await put('a', LARGE, { ...described, ...grant, StorageClass: 'STANDARD_IA', ChecksumAlgorithm: 'SHA1' })
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))
  const until = new Date('2040-01-01T00:00:00Z')
  const lock = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until }
  await put('a', 'locked', { ...lock, ObjectLockLegalHoldStatus: 'ON' })
  await put('gone', 'gone')
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }))
  await put('empty', '')
  await put('kms/small', 'small', { ServerSideEncryption: 'aws:kms' })
  await put('kms/large', LARGE, { ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true })
  await put('kms/twice', LARGE, { ServerSideEncryption: 'aws:kms:dsse' })
  await putInParts('parts', { ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true, Tagging: 'a=b' })
  await putInParts('parts/plain', {})
  await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/parts/plain` }))
  const annotate = { method: 'PUT', path: `/${Bucket}/parts`, query: 'annotation=&annotationName=note' }
  expect((await rawRequest(room.server, { ...annotate, body: 'noted' })).status).toBe(200)
  await configure()
}

async function configure(): Promise<void> {
  const Statement = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${Bucket}/*`,
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] })
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  const CORSRules = [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }]
  await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
  await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } }))
  const Rules = [{ ID: 'r', Status: 'Enabled', Filter: { Prefix: 'x' }, Expiration: { Days: 3 } }] as const
  await client.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [...Rules] } }),
  )
  const WebsiteConfiguration = { IndexDocument: { Suffix: 'index.html' } }
  await client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }))
  const encryption = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } } as const
  await client.send(
    new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [encryption] } }),
  )
}

async function putInParts(Key: string, more: object): Promise<void> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))
  const Parts = []
  for (const [index, Body] of [contentOf('one', 5 * 1024 * 1024), contentOf('rest', 1000)].entries()) {
    const part = { Bucket, Key, UploadId, PartNumber: index + 1 }
    const { ETag } = await client.send(new UploadPartCommand({ ...part, Body }))
    Parts.push({ PartNumber: index + 1, ETag })
  }
  await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }))
}

/** One that has had versioning for a while, and one key of a customer's. */
async function makePlain(): Promise<void> {
  const plain = { Bucket: 'plain' }
  await client.send(new CreateBucketCommand(plain))
  await client.send(new PutObjectCommand({ ...plain, Key: 'null', Body: 'before' }))
  await client.send(new PutObjectCommand({ ...plain, Key: 'small', Body: 'small' }))
  for (const Status of ['Enabled', 'Suspended'] as const) {
    await client.send(new PutBucketVersioningCommand({ ...plain, VersioningConfiguration: { Status } }))
    await client.send(new PutObjectCommand({ ...plain, Key: 'null', Body: Status }))
  }
  await client.send(new CreateBucketCommand({ Bucket: 'sealed' }))
  const sealed = { Bucket: 'sealed', Key: 'theirs', Body: LARGE, ...CUSTOMER }
  await client.send(new PutObjectCommand(sealed))
  const archived = { ...plain, Key: 'archived', Body: LARGE, StorageClass: 'DEEP_ARCHIVE' } as const
  await client.send(new PutObjectCommand({ ...archived, Bucket: 'sealed' }))
}

async function settingsOf(name: string) {
  const bucket = { Bucket: name }
  const answers = [
    await client.send(new GetBucketAclCommand(bucket)),
    await client.send(new GetBucketCorsCommand(bucket)),
    await client.send(new GetBucketEncryptionCommand(bucket)),
    await client.send(new GetBucketLifecycleConfigurationCommand(bucket)),
    await client.send(new GetBucketOwnershipControlsCommand(bucket)),
    await client.send(new GetBucketPolicyCommand(bucket)),
    await client.send(new GetBucketTaggingCommand(bucket)),
    await client.send(new GetBucketVersioningCommand(bucket)),
    await client.send(new GetBucketWebsiteCommand(bucket)),
    await client.send(new GetObjectLockConfigurationCommand(bucket)),
  ]
  return answers.map((answer) => ({ ...answer, $metadata: undefined }))
}

const names = async () => (await client.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)
const usageOf = async (name: string) =>
  (await room.holdfast('usage')).text
    .split('\n')
    .find((line) => line.startsWith(`${name} `))
    ?.split(/\s+/)
    .slice(2)

describe('holdfast restore --bucket', { timeout: 120_000 }, () => {
  it('brings a bucket back beside itself, as it was, while its server runs', async () => {
    const known = await allOfBucket(client, Bucket)
    const settings = await settingsOf(Bucket)
    await put('later', 'after the backup')
    const dry = await room.holdfast('restore', room.backup, '--bucket', Bucket, '--as', 'before', '--dry-run')
    expect([dry.exitCode, dry.stderr, dry.text]).toEqual([
      0,
      '',
      expect.stringMatching(/^Moment 1, taken .+ has 8 objects, .+ in photos\. Nothing was brought\.\n$/),
    ])
    expect(await names()).not.toContain('before')
    const { exitCode, stderr, text } = await room.holdfast(
      'restore',
      room.backup,
      '--bucket',
      Bucket,
      '--as',
      'before',
    )
    expect([exitCode, stderr, text]).toEqual([
      0,
      '',
      expect.stringMatching(/^The bucket before is there, as photos was in moment 1, taken .+: 8 objects, /),
    ])
    expect(await allOfBucket(client, 'before')).toEqual(known)
    const renamed = JSON.parse(JSON.stringify(settings).replaceAll(`:::${Bucket}/`, ':::before/')) as unknown
    expect(JSON.parse(JSON.stringify(await settingsOf('before')))).toEqual(renamed)
    const noted = { method: 'GET', path: '/before/parts', query: 'annotation=&annotationName=note' }
    expect((await rawRequest(room.server, noted)).text).toBe('noted')
    expect(await usageOf('before')).toEqual(['8', '11', '2', '16.0', 'MB', '0', 'B'])
    // The one that was there goes its own way.
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'kms/large' }))
    expect((await allOfBucket(client, 'before')).length).toBe(known.length)
    const scrub = await room.holdfast('scrub')
    expect([scrub.exitCode, scrub.text]).toEqual([0, expect.stringContaining(': 0 damaged.')])
    expect(await readdir(room.data)).not.toContain('bucket-restoring')
  })

  it('brings a bucket back that was deleted, under its own name, and one without versions', async () => {
    const known = await allOfBucket(client, 'plain')
    for (const Key of ['null', 'small'])
      for (const { VersionId } of known.filter((version) => version.Key === Key))
        await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key, VersionId }))
    const archived = await client.send(new HeadObjectCommand({ Bucket: 'sealed', Key: 'archived' }))
    for (const Key of ['theirs', 'archived'])
      await client.send(new DeleteObjectCommand({ Bucket: 'sealed', Key }))
    for (const name of ['plain', 'sealed']) {
      await client.send(new DeleteBucketCommand({ Bucket: name }))
      const { exitCode, stderr } = await room.holdfast(
        'restore',
        room.backup,
        '--bucket',
        name,
        '--moment',
        '1',
      )
      expect([exitCode, stderr]).toEqual([0, ''])
    }
    expect(await allOfBucket(client, 'plain')).toEqual(known)
    const theirs = await client.send(new GetObjectCommand({ Bucket: 'sealed', Key: 'theirs', ...CUSTOMER }))
    expect(Buffer.from((await theirs.Body?.transformToByteArray()) ?? []).equals(LARGE)).toBe(true)
    const { $metadata: _, ...head } = await client.send(
      new HeadObjectCommand({ Bucket: 'sealed', Key: 'archived' }),
    )
    expect({ ...archived, $metadata: undefined }).toEqual({ ...head, $metadata: undefined })
    // It is a bucket like any other.
    await client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'small', Body: 'newer' }))
    expect(await usageOf('plain')).toEqual(['2', '3', '0', expect.any(String), 'B', '0', 'B'])
  })

  it('refuses what cannot be, and then nothing is other than it was', async () => {
    const refusal = async (...more: string[]) => {
      const { exitCode, stderr } = await room.holdfast('restore', ...more)
      expect(exitCode).toBe(1)
      return stderr
    }
    expect(await refusal(room.backup, '--bucket', Bucket)).toContain(
      'There is a bucket photos, which is left',
    )
    expect(await refusal(room.backup, '--bucket', Bucket, '--dry-run')).toContain('There is a bucket photos')
    expect(await refusal(room.backup, '--bucket', 'nope')).toBe('Moment 1 has no bucket nope.\n')
    expect(await refusal(room.backup, '--bucket', Bucket, '--as', 'No')).toContain(
      'The specified bucket is not valid',
    )
    expect(await refusal(room.backup, '--bucket', Bucket, '--as', 'new', '--moment', '7')).toContain(
      'no moment 7',
    )
    expect(await refusal(room.backup, '--as', 'new')).toContain('are for --bucket')
    expect(await refusal(room.backup, '--bucket', Bucket, '--as', 'new', '--give-up')).toContain(
      'No restoration of new was begun',
    )
    const files = await readdir(join(room.backup, 'blobs'), { recursive: true })
    // One of the parts: of this very bucket.
    const path = join(room.backup, 'blobs', files.find((name) => /\.5\d{6}\./.test(name)) ?? '')
    const bytes = await readFile(path)
    await writeFile(path, Buffer.from(bytes.map((byte, index) => (index === 7 ? byte ^ 1 : byte))))
    expect(await refusal(room.backup, '--bucket', Bucket, '--as', 'new')).toContain(
      'has other bytes than were written',
    )
    await writeFile(path, bytes)
    expect(await names()).not.toContain('new')
    expect(await refusal(room.backup, '--bucket', Bucket, '--as', 'new', '--give-up')).toContain('was begun')
    await room.server.end('SIGTERM')
    await sweep(room.data)
    // Five of the bucket, as many of the one that came back beside it, and two of another.
    expect(await blobFiles(room.data)).toHaveLength(12)
  })

  it('refuses the backup of another store', async () => {
    await using other = await bucketRoom()
    const { stderr } = await other.holdfast('restore', room.backup, '--bucket', Bucket)
    expect(stderr).toContain('is a backup of another store')
  })
})
