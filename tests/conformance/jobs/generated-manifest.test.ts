import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type {
  JobDescriptor,
  JobOperation,
  ObjectEncryptionFilter,
  S3JobManifestGenerator,
} from '@aws-sdk/client-s3-control'
import { beforeAll, describe, expect, it } from 'vitest'
import { otherAccount } from '../../support/accounts.ts'
import { inTimeOf } from '../../support/in-time-of.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { ACCOUNT, JobRoom } from './job-room.ts'

let room: JobRoom
let role: string
let keyArn: string
let otherKeyArn: string
beforeAll(async () => {
  room = await JobRoom.open()
  role = await room.role({ Effect: 'Allow', Action: ['s3:*', 'kms:*'], Resource: '*' })
  const kms = inTimeOf(room.server, kmsClient(room.server))
  const arnOfNewKey = async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? ''
  keyArn = await arnOfNewKey()
  otherKeyArn = await arnOfNewKey()
  kms.destroy()
  return () => room[Symbol.asyncDispose]()
})

const output = {
  Bucket: 'arn:aws:s3:::work',
  ManifestPrefix: 'manifests',
  ManifestFormat: 'S3InventoryReport_CSV_20211130',
} as const

const generate = (
  bucket: string,
  parts: Partial<S3JobManifestGenerator>,
  Operation: JobOperation = { S3DeleteObjectTagging: {} },
): Promise<JobDescriptor> => {
  const generator = { SourceBucket: `arn:aws:s3:::${bucket}`, EnableManifestOutput: false, ...parts }
  const ManifestGenerator = { S3JobManifestGenerator: generator }
  return room.run({ Operation, ManifestGenerator, RoleArn: role, Report: room.report() })
}

const keysOfReport = async ({ JobId }: JobDescriptor) =>
  (await room.text('work', `reports/job-${JobId}/results/succeeded.csv`)).match(/(?<=^[^,]*,)[^,]*/gm)

const manifestOf = ({ GeneratedManifestDescriptor: told }: JobDescriptor) => {
  expect(told?.Format).toBe('S3InventoryReport_CSV_20211130')
  const { ObjectArn = '', ETag = '' } = told?.Location ?? {}
  return { ObjectArn, ETag, key: ObjectArn.replace('arn:aws:s3:::work/', '') }
}

describe('a generated manifest', () => {
  it('is written where it is asked for, as an inventory, and can be given to another job', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'a', 'ü b/"c"', 'left out')
    const Filter = { KeyNameConstraint: { MatchAnyPrefix: ['a', 'ü'] } }
    const place = { ...output, ExpectedManifestBucketOwner: ACCOUNT, ManifestEncryption: { SSES3: {} } }
    const job = await generate(bucket, {
      EnableManifestOutput: true,
      ManifestOutputLocation: place,
      Filter,
    })
    expect([job.FailureReasons, job.ProgressSummary?.NumberOfTasksSucceeded]).toEqual([undefined, 2])
    const { ObjectArn, ETag, key } = manifestOf(job)
    expect(key).toMatch(new RegExp(`^manifests/job-${job.JobId}/.*manifest\\.json$`))
    const head = await room.s3.send(new HeadObjectCommand({ Bucket: 'work', Key: key }))
    expect([head.ETag, head.ServerSideEncryption]).toEqual([`"${ETag}"`, 'AES256'])
    const manifest = JSON.parse(await room.text('work', key)) as {
      fileSchema: string
      files: { key: string; size: number; MD5checksum: string }[]
    }
    expect(manifest).toMatchObject({
      sourceBucket: bucket,
      destinationBucket: 'arn:aws:s3:::work',
      fileFormat: 'CSV',
      fileSchema: 'Bucket, Key, VersionId',
    })
    const [file] = manifest.files
    const { Body } = await room.s3.send(new GetObjectCommand({ Bucket: 'work', Key: file?.key }))
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? [])
    expect(file).toMatchObject({
      size: bytes.length,
      MD5checksum: createHash('md5').update(bytes).digest('hex'),
    })
    expect(gunzipSync(bytes).toString()).toBe(`"${bucket}","a",""\n"${bucket}","%C3%BC+b/%22c%22",""\n`)

    const Manifest = {
      Spec: { Format: 'S3InventoryReport_CSV_20161130' as const },
      Location: { ObjectArn, ETag },
    }
    const again = await room.run({ Manifest, RoleArn: role })
    expect([again.Status, again.ProgressSummary?.NumberOfTasksSucceeded]).toEqual(['Complete', 2])
    expect(again.GeneratedManifestDescriptor).toBeUndefined()
  })

  it('is sealed with the key that is named', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'a')
    const ManifestOutputLocation = { ...output, ManifestEncryption: { SSEKMS: { KeyId: keyArn } } }
    const job = await generate(bucket, { EnableManifestOutput: true, ManifestOutputLocation })
    const { key } = manifestOf(job)
    const head = await room.s3.send(new HeadObjectCommand({ Bucket: 'work', Key: key }))
    expect([head.ServerSideEncryption, head.SSEKMSKeyId]).toEqual(['aws:kms', keyArn])
  })

  it.each([
    ['is of another account', { ExpectedManifestBucketOwner: otherAccount.id }, 'AccessDenied'],
    ['is not there', { Bucket: 'arn:aws:s3:::no-such-bucket-here' }, 'NoSuchBucket'],
  ])('fails the job where its bucket %s', async (_, more, code) => {
    const bucket = await room.bucket()
    await room.put(bucket, 'a')
    const ManifestOutputLocation = { ...output, ...more }
    const job = await generate(bucket, { EnableManifestOutput: true, ManifestOutputLocation })
    expect([job.Status, job.FailureReasons?.[0]?.FailureCode]).toEqual(['Failed', code])
  })

  it('of nothing fails the job', async () => {
    const job = await generate(await room.bucket(), {})
    expect([job.Status, job.FailureReasons?.[0]?.FailureCode]).toEqual(['Failed', 'InvalidManifestContent'])
  })
})

describe('a filter of encryption', () => {
  let bucket: string
  const customerKey = Buffer.alloc(32, 1)
  beforeAll(async () => {
    bucket = await room.bucket()
    const put = (Key: string, more: object) =>
      room.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x', ...more }))
    await put('s3', { ServerSideEncryption: 'AES256' })
    await put('kms', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn })
    await put('kms-bucket-key', {
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: otherKeyArn,
      BucketKeyEnabled: true,
    })
    await put('dsse', { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: keyArn })
    await put('customer', {
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: customerKey.toString('base64'),
      SSECustomerKeyMD5: createHash('md5').update(customerKey).digest('base64'),
    })
  })

  it.each<[string, () => ObjectEncryptionFilter[], string[]]>([
    ['SSE-S3', () => [{ SSES3: {} }], ['s3']],
    ['SSE-KMS', () => [{ SSEKMS: {} }], ['kms', 'kms-bucket-key']],
    ['a key', () => [{ SSEKMS: { KmsKeyArn: keyArn } }], ['kms']],
    ['bucket keys', () => [{ SSEKMS: { BucketKeyEnabled: true } }], ['kms-bucket-key']],
    ['no bucket keys', () => [{ SSEKMS: { BucketKeyEnabled: false } }], ['kms']],
    ['a key and no bucket keys', () => [{ SSEKMS: { KmsKeyArn: otherKeyArn, BucketKeyEnabled: false } }], []],
    ['DSSE-KMS', () => [{ DSSEKMS: { KmsKeyArn: keyArn } }], ['dsse']],
    ['DSSE-KMS with another key', () => [{ DSSEKMS: { KmsKeyArn: otherKeyArn } }], []],
    ['SSE-C', () => [{ SSEC: {} }], ['customer']],
    ['none', () => [{ NOTSSE: {} }], []],
    ['several', () => [{ SSES3: {} }, { SSEC: {} }, { DSSEKMS: {} }], ['customer', 'dsse', 's3']],
  ])('%s', async (_, filter, keys) => {
    const job = await generate(bucket, { Filter: { MatchAnyObjectEncryption: filter() } })
    const found = job.Status === 'Failed' ? [] : await keysOfReport(job)
    expect(found).toEqual(keys)
  })

  it('finds what a job brings under another key', async () => {
    const own = await room.bucket()
    await room.put(own, 'a', 'b')
    const encrypted = {
      Bucket: own,
      Key: 'c',
      Body: 'c',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: keyArn,
    }
    await room.s3.send(new PutObjectCommand(encrypted as never))
    const ObjectEncryption = { SSEKMS: { KMSKeyArn: otherKeyArn, BucketKeyEnabled: true } }
    const job = await generate(
      own,
      { Filter: { MatchAnyObjectEncryption: [{ SSES3: {} }] } },
      { S3UpdateObjectEncryption: { ObjectEncryption } },
    )
    expect([job.FailureReasons, job.ProgressSummary?.NumberOfTasksSucceeded]).toEqual([undefined, 2])
    const heads = ['a', 'b', 'c'].map((Key) => room.s3.send(new HeadObjectCommand({ Bucket: own, Key })))
    expect((await Promise.all(heads)).map((head) => [head.SSEKMSKeyId, head.BucketKeyEnabled])).toEqual([
      [otherKeyArn, true],
      [otherKeyArn, true],
      [keyArn, undefined],
    ])
    expect(await room.text(own, 'a')).toBe('a')
  })
})
