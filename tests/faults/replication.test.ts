import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { contentOf } from '../support/content.ts'
import { executable } from '../support/executable.ts'
import { makeRole } from '../support/identity-clients.ts'
import { runCommand } from '../support/run-command.ts'
import { s3Client } from '../support/s3-client.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { sweep } from './sweep.ts'
import { blobFiles } from '../support/blob-files.ts'

const BUCKETS = ['one', 'two'] as const
const KEYS = 12
const TRUST_S3 = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})

/** Two buckets with versioning that replicate to each other, delete markers too. */
async function setUp(server: ServerProcess, client: S3Client): Promise<void> {
  const policy = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
  const Role = await makeRole(server, { RoleName: 'r', AssumeRolePolicyDocument: TRUST_S3 }, policy)
  for (const Bucket of BUCKETS) {
    await client.send(new CreateBucketCommand({ Bucket }))
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  }
  for (const [Bucket, other] of [BUCKETS, BUCKETS.toReversed()]) {
    const Rule = { Status: 'Enabled' as const, Prefix: '', Destination: { Bucket: `arn:aws:s3:::${other}` } }
    const ReplicationConfiguration = { Role, Rules: [Rule] }
    await client.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }))
  }
}

/** Writes and deletes in both until the server is gone; notes each version that was acknowledged. */
async function write(client: S3Client, acknowledged: Set<string>, seed: string): Promise<void> {
  await Promise.all(
    BUCKETS.flatMap((Bucket) =>
      [0, 1, 2].map(async (writer) => {
        for (let number = 0; ; number++) {
          const Key = `${(number * 3 + writer) % KEYS}`
          const Body = contentOf(`${seed} ${Bucket} ${writer} ${number}`, number % 4 === 0 ? 60_000 : 500)
          try {
            const made =
              number % 5 === 4
                ? await client.send(new DeleteObjectCommand({ Bucket, Key }))
                : await client.send(new PutObjectCommand({ Bucket, Key, Body }))
            acknowledged.add(`${Key} ${made.VersionId}`)
          } catch {
            return
          }
        }
      }),
    ),
  )
}

interface Seen {
  readonly name: string
  readonly etag: string | undefined
  readonly isLatest: boolean | undefined
}

/** All versions as they are listed. */
async function versionsOf(client: S3Client, Bucket: string): Promise<Seen[]> {
  const found: Seen[] = []
  for (let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {}; ;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket, ...next }))
    for (const { Key, VersionId, ETag, IsLatest } of page.Versions ?? [])
      found.push({ name: `${Key} ${VersionId}`, etag: ETag, isLatest: IsLatest })
    for (const { Key, VersionId, IsLatest } of page.DeleteMarkers ?? [])
      found.push({ name: `${Key} ${VersionId}`, etag: undefined, isLatest: IsLatest })
    if (!page.IsTruncated) break
    next = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
  }
  return found.toSorted((one, other) => one.name.localeCompare(other.name))
}

async function waiting({ dataDirectory }: ServerProcess): Promise<number> {
  const words = [executable, 'replication', '--data', dataDirectory, '--json']
  const { text } = await runCommand(process.execPath, words)
  return (JSON.parse(text) as { waiting: number }[]).reduce((sum, each) => sum + each.waiting, 0)
}

it(
  'two buckets that replicate to each other have the same versions, however often the server is killed',
  { timeout: 240_000 },
  async () => {
    await using folder = await temporaryDirectory()
    const dataDirectory = join(folder.path, 'data')
    const acknowledged = new Set<string>()
    for (let round = 0; round < 4; round++) {
      await using server = await startServerProcess({ dataDirectory })
      const client = s3Client(server, { maxAttempts: 1 })
      if (round === 0) await setUp(server, client)
      const writing = write(client, acknowledged, `${round}`)
      await delay(400 + 300 * round)
      await server.end('SIGKILL')
      await writing
      client.destroy()
    }
    await using server = await startServerProcess({ dataDirectory })
    const client = s3Client(server)
    await vi.waitFor(async () => expect(await waiting(server)).toBe(0), { timeout: 120_000, interval: 500 })
    const [one = [], two = []] = await Promise.all(BUCKETS.map((Bucket) => versionsOf(client, Bucket)))
    expect(one).toEqual(two)
    expect(new Set(one.map(({ name }) => name)).size).toBe(one.length)
    const there = new Set(one.map(({ name }) => name))
    expect([...acknowledged].filter((name) => !there.has(name))).toEqual([])
    expect(acknowledged.size).toBeGreaterThan(50)
    // Bytes and statuses, of the newest versions.
    for (const { name, etag, isLatest } of one.filter(
      ({ etag, isLatest }) => etag !== undefined && isLatest,
    )) {
      const [Key = '', VersionId = ''] = name.split(' ')
      const got = await Promise.all(
        BUCKETS.map((Bucket) => client.send(new GetObjectCommand({ Bucket, Key, VersionId }))),
      )
      const bytes = await Promise.all(got.map(async ({ Body }) => Body?.transformToByteArray()))
      expect(Buffer.compare(bytes[0] ?? Buffer.of(), bytes[1] ?? Buffer.of())).toBe(0)
      expect(got.map(({ ETag }) => ETag)).toEqual([etag, etag])
      expect(isLatest).toBe(true)
      expect(new Set(got.map(({ ReplicationStatus }) => ReplicationStatus))).toEqual(
        new Set(['COMPLETED', 'REPLICA']),
      )
    }
    client.destroy()
    await server.end('SIGTERM')
    // Both name the same bytes.
    await sweep(dataDirectory)
    const large = one.filter(({ etag }) => etag !== undefined).length
    expect((await blobFiles(dataDirectory)).length).toBeLessThanOrEqual(large)
  },
)
