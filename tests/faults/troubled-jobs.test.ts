import { gunzipSync } from 'node:zlib'
import { GetObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { beginReading } from '../../packages/server/src/background/jobs/job-reading.ts'
import { StorageFault } from '../../packages/server/src/base/storage-fault.ts'
import type { OrderedStore, ScanRange } from '../../packages/server/src/metadata/ordered-store.ts'
import { jobTasks } from '../../packages/server/src/metadata/tables/job-tables.ts'
import { current, inlineBytes } from '../../packages/server/src/metadata/tables/tables.ts'
import { ACCOUNT, JobRoom } from '../conformance/jobs/job-room.ts'
import { setVersioning } from '../support/versioning.ts'
import { FaultyStore } from './faulty-store.ts'

/** The first bytes of every key of a table. */
const CURRENT = Buffer.from(current.key('', '').subarray(0, 2))
const TASKS = Buffer.from(jobTasks.range('').start.subarray(0, 2))
const INLINE = Buffer.from(inlineBytes.key('').subarray(0, 2))

/** Fails where the bytes of an object are read, but not its row. */
class StoreWithoutBytes extends FaultyStore {
  lossesLeft = 0
  /** So many reads of bytes go well first. */
  spared = 0

  /** Which reads of what a job has to do fail, from now on: the first is number 1. */
  failingTaskReads = new Set<number>()
  taskReads = 0

  pages = 0
  /** Before each page of newest versions. */
  onPage: (() => Promise<void>) | undefined

  override async scan(range: ScanRange) {
    await this.#page(range)
    if (TASKS.equals(range.start.subarray(0, 2)) && this.failingTaskReads.has(++this.taskReads))
      throw new StorageFault('unavailable', '/secret/path')
    return super.scan(range)
  }

  override async scanMany(ranges: readonly ScanRange[]) {
    for (const range of ranges) await this.#page(range)
    return super.scanMany(ranges)
  }

  async #page({ start }: ScanRange): Promise<void> {
    if (!CURRENT.equals(start.subarray(0, 2))) return
    this.pages++
    await this.onPage?.()
  }

  override async get(key: Uint8Array) {
    if (this.lossesLeft > 0 && INLINE.equals(key.subarray(0, 2)) && this.spared-- <= 0) {
      this.lossesLeft--
      throw new StorageFault('unavailable', '/secret/path')
    }
    return super.get(key)
  }
}

let store: StoreWithoutBytes
let room: JobRoom
let role: string
beforeAll(async () => {
  room = await JobRoom.open({ wrapMetadata: (inner: OrderedStore) => (store = new StoreWithoutBytes(inner)) })
  role = await room.role()
  return () => room[Symbol.asyncDispose]()
})
beforeEach(() => {
  store.lossesLeft = 0
  store.spared = 0
  store.onPage = undefined
  store.failingTaskReads = new Set()
})

const generator = (bucket: string) => ({
  S3JobManifestGenerator: { SourceBucket: `arn:aws:s3:::${bucket}`, EnableManifestOutput: false },
})

it('a job that cannot read its objects lets the others have their turn', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'a', 'b')
  store.lossesLeft = Infinity
  const copy = { TargetResource: `arn:aws:s3:::${bucket}`, TargetKeyPrefix: 'copies' }
  const common = { ManifestGenerator: generator(bucket), RoleArn: role }
  const troubled = await room.create({ ...common, Operation: { S3PutObjectCopy: copy }, Priority: 10 })
  const other = await room.run({ ...common, Priority: 1 })
  expect([other.Status, other.ProgressSummary?.NumberOfTasksSucceeded]).toEqual(['Complete', 2])
  const job = await room.ended(troubled)
  expect([job.Status, job.ProgressSummary?.NumberOfTasksFailed]).toEqual(['Complete', 2])
})

it('a job that cannot read its objects holds up no other, not even for its pause', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'a')
  store.lossesLeft = Infinity
  const copy = { TargetResource: `arn:aws:s3:::${bucket}`, TargetKeyPrefix: 'copies' }
  const common = { ManifestGenerator: generator(bucket), RoleArn: role }
  const began = room.server.clock.now().getTime()
  const troubled = await room.create({ ...common, Operation: { S3PutObjectCopy: copy }, Priority: 10 })
  await room.ended(troubled, (job) => job.Status === 'Active' || job.Status === 'Paused')
  const other = await room.create({ ...common, Priority: 1 })
  await room.server.settle()
  expect((await room.describe(other)).Status).toBe('Complete')
  expect((await room.describe(troubled)).Status).not.toBe('Complete')
  expect(room.server.clock.now().getTime() - began).toBeLessThan(60_000)
})

it('a manifest that cannot be read for a while is read again from its beginning', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'a', 'b')
  const Manifest = await room.manifest([`${bucket},a`, `${bucket},b`])
  store.lossesLeft = 2
  const job = await room.run({ Manifest, RoleArn: role })
  expect([job.Status, job.ProgressSummary?.NumberOfTasksSucceeded]).toEqual(['Complete', 2])
})

it('a manifest that cannot be read at all fails its job', async () => {
  const Manifest = await room.manifest(['work,a'])
  store.lossesLeft = Infinity
  const job = await room.run({ Manifest, RoleArn: role })
  expect(job.Status).toBe('Failed')
  expect(JSON.stringify(job.FailureReasons)).not.toContain('secret')
})

it('a job that looks through a bucket in vain can be cancelled amid it', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, ...Array.from({ length: 450 }, (_, at) => `key-${at}`))
  const { S3JobManifestGenerator: all } = generator(bucket)
  const Filter = { KeyNameConstraint: { MatchAnySuffix: ['none'] } }
  const cancelled = new Promise<void>((resolve) => {
    store.onPage = async () => {
      store.onPage = undefined
      store.pages = 0
      await room.setStatus(job, 'Cancelled')
      resolve()
    }
  })
  const job = await room.create({
    ManifestGenerator: { S3JobManifestGenerator: { ...all, Filter } },
    RoleArn: role,
  })
  expect((await room.ended(job)).Status).toBe('Cancelled')
  await cancelled
  expect(store.pages).toBe(0)
})

it('what was done before a step failed is not done again, and its lines are in the report', async () => {
  const bucket = await room.bucket()
  await setVersioning(room.server, bucket, 'Enabled')
  await room.put(bucket, 'a', 'b', 'c', 'd')
  store.spared = 2
  store.lossesLeft = 1
  const Operation = {
    S3PutObjectCopy: { TargetResource: `arn:aws:s3:::${bucket}`, TargetKeyPrefix: 'copies' },
  }
  const asked = { ManifestGenerator: generator(bucket), RoleArn: role, Operation, Report: room.report() }
  const job = await room.run(asked)
  expect([job.Status, job.ProgressSummary?.NumberOfTasksSucceeded]).toEqual(['Complete', 4])
  expect(store.lossesLeft).toBe(0)
  const { Versions } = await room.s3.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'copies/' }),
  )
  expect(Versions?.map(({ Key }) => Key)).toEqual(['a', 'b', 'c', 'd'].map((key) => `copies/${key}`))
})

it('a manifest is read anew where another process had begun to read it in the meantime, and is there no more', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, ...Array.from({ length: 450 }, (_, at) => `key-${at}`))
  const wiped = new Promise<void>((resolve) => {
    store.onPage = async () => {
      const [entry] = await store.scan({ ...jobTasks.range(), limit: 1 })
      if (!entry) return
      store.onPage = undefined
      const [jobId] = jobTasks.parts(entry.key)
      expect(await beginReading(store, { accountId: ACCOUNT, jobId, readingId: 'elsewhere' })).toBe(true)
      expect(await store.scan({ ...jobTasks.range(), limit: 1 })).toEqual([])
      resolve()
    }
  })
  const job = await room.run({ ManifestGenerator: generator(bucket), RoleArn: role })
  await wiped
  const { TotalNumberOfTasks, NumberOfTasksSucceeded } = job.ProgressSummary ?? {}
  expect([job.Status, TotalNumberOfTasks, NumberOfTasksSucceeded]).toEqual(['Complete', 450, 450])
})

it('a checksum whose object could not be read at first is computed all the same', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'a', 'b')
  store.lossesLeft = 2
  const Operation = { S3ComputeObjectChecksum: { ChecksumAlgorithm: 'CRC32' as const } }
  const job = await room.run({
    Operation,
    ManifestGenerator: generator(bucket),
    RoleArn: role,
    Report: room.report(),
  })
  expect([job.Status, job.ProgressSummary?.NumberOfTasksSucceeded]).toEqual(['Complete', 2])
  const lines = await room.text('work', `reports/job-${job.JobId}/results/succeeded.csv`)
  expect(lines.match(/""checksum_hex"":""[0-9A-F]{8}""/g)).toHaveLength(2)
  expect(store.lossesLeft).toBe(0)
})

it('a manifest that could not be written out at first names each object once in the end', async () => {
  const bucket = await room.bucket()
  const keys = Array.from({ length: 120 }, (_, at) => String(at).padStart(3, '0'))
  await room.put(bucket, ...keys)
  // The first looks whether there is any left of an attempt before; the others are of the file.
  store.taskReads = 0
  store.failingTaskReads = new Set([2, 4])
  const ManifestOutputLocation = {
    Bucket: 'arn:aws:s3:::work',
    ManifestFormat: 'S3InventoryReport_CSV_20211130' as const,
  }
  const S3JobManifestGenerator = {
    SourceBucket: `arn:aws:s3:::${bucket}`,
    EnableManifestOutput: true,
    ManifestOutputLocation,
  }
  const job = await room.run({ ManifestGenerator: { S3JobManifestGenerator }, RoleArn: role })
  expect([job.Status, job.ProgressSummary?.NumberOfTasksSucceeded]).toEqual(['Complete', 120])
  const { Body } = await room.s3.send(
    new GetObjectCommand({ Bucket: 'work', Key: `job-${job.JobId}/generated-manifest/data.csv.gz` }),
  )
  const lines = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()).toString()
  expect(lines.trimEnd().split('\n')).toEqual(keys.map((key) => `"${bucket}","${key}",""`))
  expect(store.taskReads).toBeGreaterThan(6)
})
