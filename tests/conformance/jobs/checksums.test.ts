import { createHash } from 'node:crypto'
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { S3ComputeObjectChecksumOperation } from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { contentOf } from '../../support/content.ts'
import { referenceAlgorithms, referenceChecksum } from '../../support/reference-checksums.ts'
import { JobRoom } from './job-room.ts'

let room: JobRoom
let role: string
beforeAll(async () => {
  room = await JobRoom.open({ minimumPartBytes: 1 })
  role = await room.role()
  return () => room[Symbol.asyncDispose]()
})

const sha256 = (...bytes: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(bytes)).digest()

interface Line {
  readonly status: string
  readonly code: string
  readonly text: string
  readonly result: Record<string, string>
}

/** What the report says of each line of a manifest: ended tasks in its order, failed ones behind. */
async function compute(operation: S3ComputeObjectChecksumOperation, lines: string[], RoleArn = role) {
  const Manifest = await room.manifest(lines)
  const Operation = { S3ComputeObjectChecksum: operation }
  const job = await room.run({ Operation, Manifest, RoleArn, Report: room.report() })
  expect([job.Status, job.FailureReasons]).toEqual(['Complete', undefined])
  const { Results } = JSON.parse(await room.text('work', `reports/job-${job.JobId}/manifest.json`)) as {
    Results: { Key: string }[]
  }
  const files = await Promise.all(Results.map(({ Key }) => room.text('work', Key)))
  return files.join('').trimEnd().split('\n').map(parsed)
}

/** Source of the members: S3 User Guide, "Examples: S3 Batch Operations completion reports". */
function parsed(line: string): Line {
  const [, status = '', second = '', third = '', text = ''] =
    /^[^,]*,[^,]*,[^,]*,(\w+),(\w*),(\w*),"(.*)"$/.exec(line) ?? []
  const plain = text.replaceAll('""', '"')
  const result = status === 'succeeded' ? (JSON.parse(plain) as Record<string, string>) : {}
  return { status, code: status === 'succeeded' ? second : third, text: plain, result }
}

async function upload(Bucket: string, Key: string, parts: readonly Uint8Array[]) {
  const { UploadId } = await room.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  const Parts = []
  for (const [index, Body] of parts.entries()) {
    const part = { Bucket, Key, UploadId, PartNumber: index + 1, Body }
    const { ETag } = await room.s3.send(new UploadPartCommand(part))
    Parts.push({ PartNumber: index + 1, ETag })
  }
  await room.s3.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
  )
}

it.each(referenceAlgorithms)('%s of whole objects', async (ChecksumAlgorithm) => {
  const bucket = await room.bucket()
  const bodies = [200, 700_000, 5_000_000, 0].map((sizeBytes) => contentOf('body', sizeBytes))
  const lines: string[] = []
  const results: object[] = []
  for (const [index, Body] of bodies.entries()) {
    const Key = String(index)
    const { ETag } = await room.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))
    lines.push(`${bucket},${Key}`)
    const base64 = referenceChecksum(ChecksumAlgorithm, Body)
    results.push({
      checksum_base64: base64,
      etag: ETag?.replaceAll('"', ''),
      checksumAlgorithm: ChecksumAlgorithm,
      checksumType: 'FULL_OBJECT',
      checksum_hex: Buffer.from(base64, 'base64').toString('hex').toUpperCase(),
    })
  }
  const told = await compute({ ChecksumAlgorithm, ChecksumType: 'FULL_OBJECT' }, lines)
  expect(told.map(({ result }) => result)).toEqual(results)
  expect(new Set(told.map(({ status, code }) => `${status} ${code}`))).toEqual(new Set(['succeeded 200']))
})

it('of the parts that an object came in, whole or composite', async () => {
  const bucket = await room.bucket()
  const parts = [contentOf('1', 300_000), contentOf('2', 1), contentOf('3', 70_000)]
  await upload(bucket, 'parts', parts)
  await room.put(bucket, 'single')
  const CopySource = `${bucket}/parts`
  await room.s3.send(new CopyObjectCommand({ Bucket: bucket, Key: 'copy', CopySource }))
  const asked = { ChecksumAlgorithm: 'SHA256' } as const
  const names = ['parts', 'single', 'copy'].map((key) => `${bucket},${key}`)
  const whole = await compute(asked, names)
  expect(whole.map(({ result }) => [result['checksum_base64'], result['checksumType']])).toEqual([
    [sha256(...parts).toString('base64'), 'FULL_OBJECT'],
    [sha256(Buffer.from('single')).toString('base64'), 'FULL_OBJECT'],
    [sha256(...parts).toString('base64'), 'FULL_OBJECT'],
  ])
  const composite = await compute({ ...asked, ChecksumType: 'COMPOSITE' }, names)
  const compositeOf = (...pieces: Uint8Array[]) =>
    `${sha256(...pieces.map((piece) => sha256(piece))).toString('base64')}-${pieces.length}`
  expect(composite.map(({ result }) => [result['checksum_base64'], result['checksumType']])).toEqual([
    [compositeOf(...parts), 'COMPOSITE'],
    [compositeOf(Buffer.from('single')), 'COMPOSITE'],
    // A copy is one piece, as its ETag is.
    [compositeOf(Buffer.concat(parts)), 'COMPOSITE'],
  ])
})

it('is CRC64NVME where nobody says otherwise, and of a version that the manifest names', async () => {
  const bucket = await room.bucket(true)
  const { VersionId = '', ChecksumCRC64NVME } = await room.s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'old', ChecksumAlgorithm: 'CRC64NVME' }),
  )
  await room.put(bucket, 'a')
  const Manifest = await room.manifest([`${bucket},a,${VersionId}`], ['Bucket', 'Key', 'VersionId'])
  const Operation = { S3ComputeObjectChecksum: {} }
  const job = await room.run({ Operation, Manifest, RoleArn: role, Report: room.report() })
  const text = await room.text('work', `reports/job-${job.JobId}/results/succeeded.csv`)
  expect(text).toContain(`""checksum_base64"":""${ChecksumCRC64NVME}""`)
  expect(text).toContain('""checksumAlgorithm"":""CRC64NVME""')
})

it('of archived objects, which stay so', async () => {
  const bucket = await room.bucket()
  const put = { Bucket: bucket, Key: 'a', Body: 'cold', StorageClass: 'DEEP_ARCHIVE' } as const
  await room.s3.send(new PutObjectCommand(put))
  const [line] = await compute({ ChecksumAlgorithm: 'SHA256' }, [`${bucket},a`])
  expect(line?.result['checksum_hex']).toBe(sha256(Buffer.from('cold')).toString('hex').toUpperCase())
  const { Restore } = await room.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'a' }))
  expect(Restore).toBeUndefined()
})

it('fails for what the role may not read, for keys of customers and what is not there', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'mine', 'other')
  const key = Buffer.alloc(32, 1)
  const customer = {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: key.toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
  }
  const Report = room.report()
  await room.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'customer', Body: 'x', ...customer }))
  const RoleArn = await room.role([
    { Effect: 'Allow', Action: 's3:*', Resource: '*' },
    { Effect: 'Deny', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/other` },
  ])
  const Manifest = await room.manifest(
    ['mine', 'other', 'customer', 'none'].map((name) => `${bucket},${name}`),
  )
  const Operation = { S3ComputeObjectChecksum: { ChecksumAlgorithm: 'SHA1' as const } }
  const job = await room.run({ Operation, Manifest, RoleArn, Report })
  expect(job.ProgressSummary).toMatchObject({ NumberOfTasksSucceeded: 1, NumberOfTasksFailed: 3 })
  const text = await room.text('work', `reports/job-${job.JobId}/results/failed.csv`)
  expect(text.trimEnd().split('\n').map(parsed)).toMatchObject([
    { status: 'failed', code: 'AccessDenied' },
    { status: 'failed', code: 'InvalidRequest' },
    { status: 'failed', code: 'NoSuchKey' },
  ])
})
