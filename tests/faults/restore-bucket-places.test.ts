import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CreateBucketCommand, ListBucketsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { allOfBucket } from '../import/all-of-bucket.ts'
import { blobFiles, blobFilesIn } from '../support/blob-files.ts'
import { contentOf } from '../support/content.ts'
import { postgresqlPrograms, startPostgresql, urlOf } from '../support/postgresql-cluster.ts'
import { s3Client } from '../support/s3-client.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { setVersioning } from '../support/versioning.ts'
import { type BucketRoom, bucketRoom } from './bucket-room.ts'

const Bucket = 'of-classes'
const CLASS = 'GLACIER_IR'
const EACH = 9
const LARGE_BYTES = 6_000_000

async function fill(client: S3Client, room: BucketRoom): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket }))
  await setVersioning(room.server, Bucket, 'Enabled')
  for (let index = 0; index < EACH; index++) {
    const small = { Bucket, Key: `small/${index}`, Body: `small ${index}` }
    await client.send(new PutObjectCommand(small))
    await client.send(new PutObjectCommand({ ...small, Body: `anew ${index}`, StorageClass: CLASS }))
    const large = { Bucket, Key: `large/${index}`, Body: contentOf(`large ${index}`, LARGE_BYTES) }
    await client.send(new PutObjectCommand(large))
    await client.send(new PutObjectCommand({ ...large, StorageClass: CLASS }))
  }
}

const names = async (client: S3Client) =>
  (await client.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)

/** Blobs of the data folder and of the class, whole or half written. */
const counts = async (room: BucketRoom, cold: string): Promise<[number, number]> => [
  (await blobFiles(room.data)).length,
  (await blobFilesIn(cold)).length,
]

/** Begins once whoever was killed before counts as dead, and is killed when so many blobs more are there. */
async function killedAt(room: BucketRoom, cold: string, blobs: number): Promise<void> {
  const total = async () => (await counts(room, cold)).reduce((sum, count) => sum + count, 0)
  const goal = (await total()) + blobs
  for (;;) {
    const words = room.words('restore', room.backup, '--bucket', Bucket, '--as', 'back')
    const child = spawn(process.execPath, words, { stdio: 'ignore' })
    const ended = once(child, 'exit')
    while ((await total()) < goal && child.exitCode === null) await delay(2)
    child.kill('SIGKILL')
    const [exitCode, signal] = (await ended) as [number | null, string | null]
    if (signal === 'SIGKILL') return
    expect(exitCode).toBe(1)
  }
}

describe.each([
  { where: 'in the folder', isDatabase: false },
  { where: 'in a database', isDatabase: true },
])('a bucket that is restored into a store with its metadata $where', ({ isDatabase }) => {
  it(
    'has each blob in the folder of its class, and comes whole after kill -9',
    { timeout: 240_000 },
    async (context) => {
      if (isDatabase && postgresqlPrograms() === undefined) context.skip('PostgreSQL is not installed')
      await using cluster = isDatabase ? await startPostgresql() : undefined
      const url = cluster && urlOf(await cluster.newDatabase())
      await using folder = await temporaryDirectory()
      const cold = join(folder.path, 'cold')
      await using room = await bucketRoom(
        {},
        {
          storageClasses: [{ name: CLASS, directory: cold }],
          ...(url !== undefined && { metadata: { engine: 'postgresql', url } }),
        },
      )
      const client = s3Client(room.server)
      await fill(client, room)
      const known = await allOfBucket(client, Bucket)
      expect(await counts(room, cold)).toEqual([EACH, EACH])
      expect((await room.holdfast('backup', room.backup)).text).toMatch(/^Moment 1: /)
      for (const blobs of [1, 7]) {
        await killedAt(room, cold, blobs)
        expect(await names(client)).toEqual([Bucket])
      }
      const last = await room.again('restore', room.backup, '--bucket', Bucket, '--as', 'back')
      expect([last.stderr, last.exitCode]).toEqual(['', 0])
      expect(await allOfBucket(client, 'back')).toEqual(known)
      const scrub = await room.holdfast('scrub')
      expect(scrub.text).toMatch(/ 0 unreadable\.\n.* 0 damaged\.$/m)
      // What killed runs left besides is nobody's, and goes with the sweep.
      const [plain, ofClass] = await counts(room, cold)
      expect(plain).toBeGreaterThanOrEqual(2 * EACH)
      expect(ofClass).toBeGreaterThanOrEqual(2 * EACH)
      client.destroy()
    },
  )
})
