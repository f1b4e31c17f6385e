import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { sweep } from '../faults/sweep.ts'
import { blobFiles } from '../support/blob-files.ts'
import { contentOf } from '../support/content.ts'
import { s3Client } from '../support/s3-client.ts'
import { startServerProcess } from '../support/server-process.ts'
import { allOfBucket } from './all-of-bucket.ts'
import { importRoom } from './import-room.ts'

const Bucket = 'killed'
const OBJECTS = 60
const PARTS = 8

it('goes on where it was killed, and brings nothing twice', { timeout: 180_000 }, async () => {
  await using source = await startServerProcess()
  await using room = await importRoom()
  const there = s3Client(source)
  const here = s3Client(room.target)
  await there.send(new CreateBucketCommand({ Bucket }))
  for (let index = 0; index < OBJECTS; index++) {
    const size = index % 3 === 0 ? 100_000 : 1000
    await there.send(
      new PutObjectCommand({ Bucket, Key: `small/${index}`, Body: contentOf(`${index}`, size) }),
    )
  }
  const upload = { Bucket, Key: 'a large one', UploadId: '' }
  upload.UploadId = (await there.send(new CreateMultipartUploadCommand(upload))).UploadId ?? ''
  const Parts = []
  for (let PartNumber = 1; PartNumber <= PARTS; PartNumber++) {
    const Body = contentOf(`part ${PartNumber}`, 5 * 1024 * 1024)
    const { ETag } = await there.send(new UploadPartCommand({ ...upload, PartNumber, Body }))
    Parts.push({ PartNumber, ETag })
  }
  await there.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }))

  const partsHere = async (): Promise<number> => {
    const { Uploads: [open] = [] } = await here.send(new ListMultipartUploadsCommand({ Bucket }))
    if (!open) return 0
    const { Parts: listed = [] } = await here.send(
      new ListPartsCommand({ Bucket, Key: open.Key, UploadId: open.UploadId }),
    )
    return listed.length
  }
  const objectsHere = async () => (await here.send(new ListObjectsV2Command({ Bucket }))).KeyCount ?? 0
  const moments = [partsHere, partsHere, objectsHere].map(
    (count, index) => () =>
      count().then(
        (found) => found > index * 2,
        () => false,
      ),
  )
  for (const isTime of moments) {
    // Slow enough to be killed in the middle.
    const slow = ['--bucket', Bucket, '--bandwidth', '5M', '--parallel', '2']
    const child = spawn(process.execPath, room.argumentsFor(source, ...slow), {
      env: { PATH: process.env['PATH'], ...room.environmentFor(source) },
      stdio: 'ignore',
    })
    const ended = once(child, 'exit')
    while (!(await isTime())) {
      expect(child.exitCode, 'it ended before its moment came').toBeNull()
      await delay(10)
    }
    child.kill('SIGKILL')
    expect(await ended).toEqual([null, 'SIGKILL'])
  }
  const before = await here.send(new ListObjectsV2Command({ Bucket }))
  const last = await room.import(source, '--bucket', Bucket, '--json')
  const told = JSON.parse(last.text) as { brought: { versions: number } }
  expect(told).toMatchObject({ listed: { versions: OBJECTS + 1 }, differences: 0 })
  // What had arrived whole when its sender was killed may have been committed after that listing.
  expect(told.brought.versions).toBeLessThanOrEqual(OBJECTS + 1 - (before.KeyCount ?? 0))
  expect(before.KeyCount).toBeGreaterThan(0)
  expect(await allOfBucket(here, Bucket)).toEqual(await allOfBucket(there, Bucket))
  expect((await here.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toBeUndefined()
  await room.target.end('SIGTERM')
  await sweep(room.target.dataDirectory)
  expect(await blobFiles(room.target.dataDirectory)).toHaveLength(OBJECTS / 3 + PARTS)
  there.destroy()
  here.destroy()
})
