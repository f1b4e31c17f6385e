import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { contentOf } from '../support/content.ts'
import { s3Client } from '../support/s3-client.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { Bucket, makeBucket, remoteTo, setUp, waiting } from './replicated-site.ts'
import { smallDisk } from './small-disk.ts'

const MIB = 2 ** 20

async function versionsOf(client: S3Client): Promise<string[]> {
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }))
  return Versions.map(({ Key, VersionId, ETag, IsLatest }) => [Key, VersionId, ETag, IsLatest].join(' '))
}

it(
  'what a server elsewhere has no disk for comes when it has, once, in the order of its key',
  { timeout: 180_000 },
  async (context) => {
    await using disk = await smallDisk(context, 'tmpfs', 40 * MIB)
    await using folder = await temporaryDirectory()
    const small = { dataDirectory: join(disk.path, 'data'), config: { storage: { reserveMegabytes: 6 } } }
    await using there = await startServerProcess(small)
    const config = { replication: { destinations: [remoteTo(there.url)] } }
    await using here = await startServerProcess({ dataDirectory: join(folder.path, 'data'), config })
    const [one, two] = [s3Client(here), s3Client(there)]
    await makeBucket(two)
    await setUp(here, one)
    await disk.fill(7 * MIB)
    const bodies = Array.from({ length: 12 }, (_, at) => contentOf(`${at}`, MIB))
    for (const [at, Body] of bodies.entries())
      await one.send(new PutObjectCommand({ Bucket, Key: `${at % 3}`, Body }))
    const refused = async () => {
      const text = await (await fetch(`${there.url}/-/ready`)).text()
      expect(text).toContain('is full to its reserve')
      expect((await versionsOf(two)).length).toBeLessThan(bodies.length)
    }
    await vi.waitFor(refused, { timeout: 60_000, interval: 200 })
    expect(await waiting(here)).toBeGreaterThan(0)
    await disk.release()
    await vi.waitFor(async () => expect(await waiting(here)).toBe(0), { timeout: 100_000, interval: 500 })
    const [ours, theirs] = [await versionsOf(one), await versionsOf(two)]
    expect(ours).toHaveLength(bodies.length)
    expect(theirs).toEqual(ours)
    const { Body, ReplicationStatus } = await two.send(new GetObjectCommand({ Bucket, Key: '2' }))
    expect(
      Buffer.compare((await Body?.transformToByteArray()) ?? Buffer.of(), bodies[11] ?? Buffer.of()),
    ).toBe(0)
    expect(ReplicationStatus).toBe('REPLICA')
    for (const client of [one, two]) client.destroy()
  },
)
