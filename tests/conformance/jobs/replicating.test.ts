import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type ReplicationRule,
} from '@aws-sdk/client-s3'
import type { JobDescriptor, JobManifestGeneratorFilter } from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { REPLICATES, ruleTo, TRUST_S3 } from '../replication/replication-room.ts'
import { JobRoom } from './job-room.ts'

const GENERATES = [
  { Effect: 'Allow', Action: 's3:InitiateReplication', Resource: 'arn:aws:s3:::jobs-*/*' },
  {
    Effect: 'Allow',
    Action: ['s3:GetReplicationConfiguration', 's3:PutInventoryConfiguration'],
    Resource: 'arn:aws:s3:::jobs-*',
  },
  { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::work/*' },
]
const Operation = { S3ReplicateObject: {} }

let room: JobRoom
/** What AWS's own example of a policy gives to a job. */
let role: string
let replicates: string
beforeAll(async () => {
  room = await JobRoom.open()
  role = await room.role(GENERATES)
  replicates = await room.role(REPLICATES, TRUST_S3)
  return () => room[Symbol.asyncDispose]()
})

async function versioned(): Promise<string> {
  const Bucket = await room.bucket()
  const VersioningConfiguration = { Status: 'Enabled' as const }
  await room.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  return Bucket
}

async function put(Bucket: string, Key: string, more: object = {}): Promise<string> {
  const input = { Bucket, Key, Body: `${Key} here`, ...more }
  return (await room.s3.send(new PutObjectCommand(input))).VersionId ?? ''
}

async function rule(Bucket: string, ...Rules: ReplicationRule[]): Promise<void> {
  const ReplicationConfiguration = { Role: replicates, Rules }
  await room.s3.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }))
}

const remove = async (Bucket: string) => room.s3.send(new DeleteBucketCommand({ Bucket }))

const generated = (Bucket: string, Filter: JobManifestGeneratorFilter) => ({
  Operation,
  ManifestGenerator: {
    S3JobManifestGenerator: { SourceBucket: `arn:aws:s3:::${Bucket}`, EnableManifestOutput: false, Filter },
  },
  Report: room.report(),
})

async function idsIn(Bucket: string): Promise<string[]> {
  const { Versions = [], DeleteMarkers = [] } = await room.s3.send(new ListObjectVersionsCommand({ Bucket }))
  return [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => `${Key} ${VersionId}`).toSorted()
}

const statusOf = async (Bucket: string, Key: string, VersionId?: string) =>
  (await room.s3.send(new HeadObjectCommand({ Bucket, Key, VersionId }))).ReplicationStatus

const counts = ({ Status, ProgressSummary: progress }: JobDescriptor) => [
  Status,
  progress?.NumberOfTasksSucceeded,
  progress?.NumberOfTasksFailed,
]

const failed = ({ JobId }: JobDescriptor) => room.text('work', `reports/job-${JobId}/results/failed.csv`)

it('replicates all versions that rules are about, delete markers too, under their ids', async () => {
  const [from, to] = [await versioned(), await versioned()]
  const ids = [await put(from, 'a/1'), await put(from, 'a/1'), await put(from, 'a/ü 2')]
  await put(from, 'b')
  const { VersionId: marker } = await room.s3.send(new DeleteObjectCommand({ Bucket: from, Key: 'a/1' }))
  await rule(from, ruleTo(to, { Filter: { Prefix: 'a/' } }))
  const input = generated(from, {
    EligibleForReplication: true,
    ObjectReplicationStatuses: ['NONE', 'FAILED'],
  })
  const job = await room.run({ ...input, RoleArn: role })
  expect([job.FailureReasons, ...counts(job)]).toEqual([undefined, 'Complete', 4, 0])
  expect(await idsIn(to)).toEqual(
    [`a/1 ${ids[0]}`, `a/1 ${ids[1]}`, `a/1 ${marker}`, `a/ü 2 ${ids[2]}`].toSorted(),
  )
  expect(await statusOf(from, 'a/1', ids[0])).toBe('COMPLETED')
  expect(await statusOf(to, 'a/1', ids[0])).toBe('REPLICA')
  expect(await statusOf(from, 'b')).toBeUndefined()
  const again = await room.run({ ...input, RoleArn: role })
  expect(counts(again)).toEqual(['Failed', 0, 0])
})

it('replicates what failed, and what was replicated before to a destination that is new', async () => {
  const [from, to, later, gone] = [await versioned(), await versioned(), await versioned(), await versioned()]
  await rule(from, ruleTo(to), ruleTo(gone, { Priority: 2, Filter: { Prefix: 'f' } }))
  await remove(gone)
  const [done, lost] = [await put(from, 'done'), await put(from, 'failed')]
  await room.server.settle()
  expect([await statusOf(from, 'done'), await statusOf(from, 'failed')]).toEqual(['COMPLETED', 'FAILED'])
  await rule(from, ruleTo(later))
  const only = async (status: 'COMPLETED' | 'FAILED') =>
    counts(await room.run({ ...generated(from, { ObjectReplicationStatuses: [status] }), RoleArn: role }))
  expect(await only('FAILED')).toEqual(['Complete', 1, 0])
  expect(await idsIn(later)).toEqual([`failed ${lost}`])
  expect(await only('COMPLETED')).toEqual(['Complete', 2, 0])
  expect(await idsIn(later)).toEqual([`done ${done}`, `failed ${lost}`])
})

it('replicates replicas, which go nowhere by themselves, and comes back to where they are from in vain', async () => {
  const [first, second, third] = [await versioned(), await versioned(), await versioned()]
  await rule(first, ruleTo(second))
  await rule(second, ruleTo(third), ruleTo(first, { Priority: 2 }))
  const id = await put(first, 'a')
  await room.server.settle()
  expect(await idsIn(third)).toEqual([])
  const job = await room.run({
    ...generated(second, { EligibleForReplication: true, ObjectReplicationStatuses: ['REPLICA'] }),
    RoleArn: role,
  })
  expect(counts(job)).toEqual(['Complete', 1, 0])
  await room.server.settle()
  expect([await idsIn(third), await idsIn(first)]).toEqual([[`a ${id}`], [`a ${id}`]])
  expect([await statusOf(second, 'a'), await statusOf(first, 'a')]).toEqual(['REPLICA', 'COMPLETED'])
  const { Body } = await room.s3.send(new GetObjectCommand({ Bucket: third, Key: 'a', VersionId: id }))
  expect(await Body?.transformToString()).toBe('a here')
})

it('tells in the report why something is not replicated, by S3’s reasons', async () => {
  const [from, to, bare, gone] = [await versioned(), await versioned(), await versioned(), await versioned()]
  const [a, b] = [await put(from, 'a'), await put(from, 'b')]
  const cold = await put(from, 'cold', { StorageClass: 'GLACIER' })
  await put(bare, 'x')
  await rule(
    from,
    ruleTo(gone, { Filter: { Prefix: 'a' } }),
    ruleTo(to, { Priority: 2, Filter: { Prefix: 'c' } }),
  )
  await remove(gone)
  const lines = [
    `${from},a,${a}`,
    `${from},b,${b}`,
    `${from},cold,${cold}`,
    `${from},none,${a}`,
    `${bare},x,`,
    `not-there,x,`,
  ]
  const Manifest = await room.manifest(lines, ['Bucket', 'Key', 'VersionId'])
  const RoleArn = await room.role()
  const job = await room.run({ Operation, Manifest, RoleArn, Report: room.report() })
  expect(counts(job)).toEqual(['Complete', 0, 6])
  const codes = (await failed(job))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(',').slice(3, 6).join(','))
  expect(codes).toEqual([
    'failed,500,DstBucketNotFound',
    'failed,500,SrcObjectNotEligible',
    'failed,500,SrcObjectNotEligible',
    'failed,500,SrcVersionNotFound',
    'failed,500,SrcBucketReplicationConfigMissing',
    'failed,500,SrcBucketNotFound',
  ])
  expect(await statusOf(from, 'a')).toBe('FAILED')
  expect(await statusOf(from, 'b')).toBeUndefined()
})

it('has to be allowed to by s3:InitiateReplication', async () => {
  const [from, to] = [await versioned(), await versioned()]
  await put(from, 'a')
  await rule(from, ruleTo(to))
  const RoleArn = await room.role(GENERATES.slice(1))
  const job = await room.run({ ...generated(from, { EligibleForReplication: true }), RoleArn })
  expect(counts(job)).toEqual(['Complete', 0, 1])
  expect(await failed(job)).toContain('InitiateReplicationNotPermitted')
  expect(await idsIn(to)).toEqual([])
  const none = await room.role(GENERATES.slice(0, 1))
  const refused = await room.run({ ...generated(from, { EligibleForReplication: true }), RoleArn: none })
  expect([refused.Status, refused.FailureReasons?.[0]?.FailureCode]).toEqual(['Failed', 'AccessDenied'])
})

it('cannot ask what is eligible of a bucket without rules', async () => {
  const bucket = await versioned()
  const job = await room.run({ ...generated(bucket, { EligibleForReplication: true }), RoleArn: role })
  expect(job.FailureReasons?.[0]?.FailureCode).toBe('ReplicationConfigurationNotFoundError')
})
