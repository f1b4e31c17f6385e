import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListBucketsCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allOfBucket } from '../import/all-of-bucket.ts'
import { testRegion } from '../support/accounts.ts'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { s3Client } from '../support/s3-client.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { setVersioning } from '../support/versioning.ts'
import { type BucketRoom, bucketRoom } from './bucket-room.ts'
import { sweep } from './sweep.ts'

const BUCKET = 'killed'
const LARGE_OBJECTS = 18
const LARGE_BYTES = 8_000_000
const SMALL_OBJECTS = 150

let elsewhere: ServerProcess
let environment: Record<string, string>
beforeAll(async () => {
  elsewhere = await startServerProcess()
  await createBucket(elsewhere, 'backups')
  environment = {
    AWS_ACCESS_KEY_ID: elsewhere.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: elsewhere.credentials.secretAccessKey,
    AWS_REGION: testRegion,
    AWS_ENDPOINT_URL: elsewhere.url,
  }
}, 60_000)
afterAll(() => elsewhere[Symbol.asyncDispose]())

async function fill(client: S3Client, room: BucketRoom): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }))
  await setVersioning(room.server, BUCKET, 'Enabled')
  for (let index = 0; index < SMALL_OBJECTS; index++)
    await putObject(room.server, BUCKET, `small/${index}`, contentOf(`small ${index}`, 500))
  await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'small/7' }))
  for (let index = 0; index < LARGE_OBJECTS; index++)
    await putObject(room.server, BUCKET, `large/${index}`, contentOf(`large ${index}`, LARGE_BYTES))
}

/** Starts to restore, as soon as whoever was killed before counts as dead, and kills it once so many blobs more are there. */
async function killedAt(room: BucketRoom, place: string, blobs: number): Promise<void> {
  const goal = (await blobFiles(room.data)).length + blobs
  const words = room.words('restore', place, '--bucket', BUCKET, '--as', 'back')
  for (;;) {
    const child = spawn(process.execPath, words, {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: 'ignore',
    })
    const ended = once(child, 'exit')
    while ((await blobFiles(room.data)).length < goal && child.exitCode === null) await delay(2)
    child.kill('SIGKILL')
    const [exitCode, signal] = (await ended) as [number | null, string | null]
    if (signal === 'SIGKILL') return
    expect(exitCode).toBe(1)
  }
}

const namesIn = async (client: S3Client) =>
  (await client.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)

describe.each(['a folder', 'a bucket'])('a bucket that is restored out of %s', (where) => {
  it('is not there before it is whole, and comes whole after kill -9', { timeout: 300_000 }, async () => {
    await using room = await bucketRoom(environment)
    const client = s3Client(room.server)
    const place = where === 'a bucket' ? 's3://backups/of/it' : room.backup
    await fill(client, room)
    const known = await allOfBucket(client, BUCKET)
    expect((await room.holdfast('backup', place)).text).toMatch(/^Moment 1: /)
    for (const blobs of [1, 6, 4]) {
      await killedAt(room, place, blobs)
      expect(await namesIn(client)).toEqual([BUCKET])
    }
    const last = await room.again('restore', place, '--bucket', BUCKET, '--as', 'back')
    expect([last.stderr, last.exitCode]).toEqual(['', 0])
    expect(await allOfBucket(client, 'back')).toEqual(known)
    expect(await readdir(room.data)).not.toContain('bucket-restoring')
    const usage = (await room.holdfast('usage', '--json')).text
    const [back, first] = JSON.parse(usage) as { usage: object }[]
    expect(back?.usage).toEqual(first?.usage)
    client.destroy()
    await room.server.end('SIGTERM')
    await sweep(room.data)
    expect(await blobFiles(room.data)).toHaveLength(2 * LARGE_OBJECTS)
    expect((await room.holdfast('scrub')).text).toMatch(/: 0 damaged\.$/m)
  })
})

it('takes away what is not to come any more', { timeout: 120_000 }, async () => {
  await using room = await bucketRoom(environment)
  const client = s3Client(room.server)
  await fill(client, room)
  await room.holdfast('backup', room.backup)
  await killedAt(room, room.backup, 9)
  await room.holdfast('backup', room.backup)
  const other = await room.again('restore', room.backup, '--bucket', BUCKET, '--as', 'back')
  expect([other.exitCode, other.stderr]).toEqual([
    1,
    expect.stringContaining('Finish that with --moment 1, or take away what came of it with --give-up.'),
  ])
  // For the commands the disk is full from here on: removals may use what is kept for them.
  const config = JSON.parse(await readFile(room.config, 'utf8')) as object
  await writeFile(room.config, JSON.stringify({ ...config, storage: { reserveMegabytes: 1e9 } }))
  const full = await room.holdfast('restore', room.backup, '--bucket', BUCKET, '--as', 'another')
  expect([full.exitCode, full.stderr]).toEqual([1, expect.stringContaining('are free in')])
  const words = [room.backup, '--bucket', BUCKET, '--as', 'back', '--give-up']
  const { text, stderr } = await room.again('restore', ...words)
  expect([text, stderr]).toEqual(['What was restored of back is taken away.\n', ''])
  expect(await readdir(room.data)).not.toContain('bucket-restoring')
  expect((await allOfBucket(client, BUCKET)).length).toBe(SMALL_OBJECTS + LARGE_OBJECTS + 1)
  client.destroy()
  await room.server.end('SIGTERM')
  await sweep(room.data)
  expect(await blobFiles(room.data)).toHaveLength(LARGE_OBJECTS)
})
