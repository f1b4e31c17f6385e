import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetObjectLockConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { beforeEach, describe, expect, it } from 'vitest'
import { requireFurtherClient } from '../clients/further-clients.ts'
import { contentOf } from '../support/content.ts'
import { s3Client } from '../support/s3-client.ts'
import { isLarge } from '../support/sizes.ts'
import { allOfBucket, type KnownVersion } from './all-of-bucket.ts'
import { type ImportRoom, importRoom } from './import-room.ts'
import { type Minio, startMinio } from './minio-source.ts'

let room: ImportRoom
let minio: Minio
let there: S3Client
let here: S3Client

beforeEach(async (context) => {
  const program = await requireFurtherClient(context, 'minio')
  const client = await requireFurtherClient(context, 'mc')
  room = await importRoom()
  minio = await startMinio(program, client, room.folder.path)
  there = s3Client(minio)
  here = s3Client(room.target)
  return async () => {
    there.destroy()
    here.destroy()
    await minio[Symbol.asyncDispose]()
    await room[Symbol.asyncDispose]()
  }
}, 120_000)

const PART = contentOf('part', 5 * 1024 * 1024)

async function fill(Bucket: string): Promise<void> {
  await there.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
  await there.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'first', ContentType: 'text/plain' }))
  await there.send(
    new PutObjectCommand({
      Bucket,
      Key: 'a',
      Body: contentOf('second', 300_000),
      Metadata: { colour: 'green' },
      Tagging: 'project=one',
      CacheControl: 'no-store',
      ChecksumAlgorithm: 'SHA256',
    }),
  )
  await there.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))
  await there.send(
    new PutObjectCommand({
      Bucket,
      Key: 'a',
      Body: 'locked',
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: new Date('2040-01-01T00:00:00Z'),
      ObjectLockLegalHoldStatus: 'ON',
    }),
  )
  await there.send(new PutObjectCommand({ Bucket, Key: 'gone/ä+b c', Body: 'gone' }))
  await there.send(new DeleteObjectCommand({ Bucket, Key: 'gone/ä+b c' }))
  for (const ChecksumAlgorithm of [undefined, 'CRC32C'] as const) {
    const kind = ChecksumAlgorithm && { ChecksumAlgorithm }
    const Key = `parts/${ChecksumAlgorithm}`
    const { UploadId } = await there.send(new CreateMultipartUploadCommand({ Bucket, Key, ...kind }))
    const Parts = []
    for (const [index, Body] of [PART, PART, contentOf('rest', 1000)].entries()) {
      const upload = { Bucket, Key, UploadId, PartNumber: index + 1, Body, ...kind }
      const { ETag, ChecksumCRC32C, ChecksumCRC32 } = await there.send(new UploadPartCommand(upload))
      Parts.push({ ETag, ChecksumCRC32C, ChecksumCRC32, PartNumber: index + 1 })
    }
    await there.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
    )
  }
}

/**
 * What MinIO tells of a version otherwise than S3 does is left out, and what it does not have: encryption and a checksum of
 * everything. It lists times to the millisecond.
 */
function comparable({ LastModified, head, ...version }: KnownVersion): unknown {
  const {
    ChecksumType: __,
    ChecksumCRC64NVME: ___,
    ServerSideEncryption: ____,
    ...told
  } = {
    ...(head as Record<string, unknown> | undefined),
  }
  const time = LastModified instanceof Date && LastModified.toISOString().slice(0, 19)
  return JSON.parse(JSON.stringify({ ...version, listed: undefined, time, told }))
}

describe.skipIf(!isLarge)('holdfast import from MinIO', { timeout: 120_000 }, () => {
  it('brings buckets with versions, locks, parts and settings, object by object the same', async () => {
    const Bucket = 'from-minio'
    await fill(Bucket)
    const retention = {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } },
    } as const
    const rule = {
      ID: 'old',
      Status: 'Enabled',
      Filter: { Prefix: 'tmp/' },
      Expiration: { Days: 3650 },
    } as const
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: ['*'] },
      Action: ['s3:GetObject'],
      Resource: [`arn:aws:s3:::${Bucket}/public/*`],
    }
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    await there.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: retention }))
    await there.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [rule] } }),
    )
    await there.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    const run = await room.import(minio)
    expect([run.text, run.stderr, run.exitCode]).toEqual([
      expect.stringMatching(
        /^The source has (\d+) versions .*; \1 versions .* were brought\.\nBoth sides are the same\.\n$/,
      ),
      '',
      0,
    ])
    const [brought, original] = await Promise.all(
      [here, there].map((client) => allOfBucket(client, Bucket, { isMinio: true })),
    )
    expect(brought?.map(comparable)).toEqual(original?.map(comparable))
    expect(brought).toHaveLength(8)
    expect(await here.send(new GetObjectLockConfigurationCommand({ Bucket }))).toMatchObject({
      ObjectLockConfiguration: retention,
    })
    expect(await here.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).toMatchObject({
      Rules: [rule],
    })
    const { Policy: policyHere = '' } = await here.send(new GetBucketPolicyCommand({ Bucket }))
    expect(JSON.parse(policyHere)).toMatchObject({ Statement: [{ Action: ['s3:GetObject'] }] })
  })
})
