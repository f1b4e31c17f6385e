import { open } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { MovableClock } from '../../packages/server/src/base/clock.ts'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { executable } from '../support/executable.ts'
import { rawRequest, xmlTexts } from '../support/raw-request.ts'
import { type CommandResult, runCommand } from '../support/run-command.ts'
import { startTestServer } from '../support/server.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000
const LARGE_BYTES = 200_000

function holdfast(command: string, data: string): Promise<CommandResult> {
  return runCommand(process.execPath, [executable, command, '--data', data], { allowFailure: true })
}

/** Turns one bit of a blob over. */
async function damageBlob(folder: string): Promise<void> {
  const [file] = await blobFiles(folder)
  await using handle = await open(file?.path ?? '', 'r+')
  const byte = Buffer.alloc(1)
  await handle.read(byte, 0, 1, 150_000)
  byte[0] = (byte[0] ?? 0) ^ 1
  await handle.write(byte, 0, 1, 150_000)
}

it(
  'holdfast scrub tells what is damaged, deletes nothing, and sees when it is whole again',
  { timeout: 90_000 },
  async () => {
    await using folder = await temporaryDirectory()
    await using server = await startServerProcess({ dataDirectory: folder.path })
    const bucket = await createBucket(server, 'scrubbed')
    await putObject(server, bucket, 'small', 'inline')
    await putObject(server, bucket, 'empty', '')
    await putObject(server, bucket, 'large', contentOf('large', LARGE_BYTES))

    // Beside the running server, then again after the damage and after the repair.
    const whole = await holdfast('scrub', folder.path)
    expect(whole.text).toMatch(/^\d+ rows: 0 unreadable.\n3 objects, 200.0 KB: 0 damaged.\n$/)
    expect(whole.exitCode).toBe(0)
    await damageBlob(folder.path)
    const damaged = await holdfast('scrub', folder.path)
    expect(damaged.exitCode).toBe(1)
    expect(damaged.text).toMatch(
      /^DAMAGED scrubbed\/large \(version null\): .+\n\d+ rows: 0 unreadable.\n3 objects, 200.0 KB: 1 damaged.\n$/,
    )
    expect(await blobFiles(folder.path)).toHaveLength(1)
    const metrics = await rawRequest(server, { path: '/-/metrics', anonymous: true })
    expect(metrics.text).toContain('\nholdfast_damaged_contents 1\n')
    await damageBlob(folder.path)
    expect((await holdfast('scrub', folder.path)).exitCode).toBe(0)
    expect((await getObject(server, bucket, 'large')).body.equals(contentOf('large', LARGE_BYTES))).toBe(true)
  },
)

it('a folder without a store is no store to scrub', async () => {
  await using folder = await temporaryDirectory()
  const { exitCode, stderr } = await holdfast('scrub', folder.path)
  expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/./)])
})

it('the worker finds damage too, a month later, and goes on where it was', { timeout: 60_000 }, async () => {
  await using folder = await temporaryDirectory()
  const clock = new MovableClock(new Date(), { running: true })
  await using server = await startTestServer({ dataDirectory: folder.path, clock, minimumPartBytes: 1 })
  const bucket = await createBucket(server, 'scrubbed')
  for (let at = 0; at < 60; at++) await putObject(server, bucket, `k${at}`, `${at}`)
  await putObject(server, bucket, 'large', contentOf('large', LARGE_BYTES))
  const damagedCount = async (): Promise<string | undefined> => {
    const { text } = await rawRequest(server, { path: '/-/metrics', anonymous: true })
    return /^holdfast_damaged_contents (\d+)$/m.exec(text)?.[1]
  }
  await server.settle()
  await damageBlob(folder.path)
  expect(await damagedCount()).toBe('0')
  clock.advance(31 * DAY_MILLISECONDS)
  // Each settling is a step of the scrubber, which rests between them.
  for (let step = 0; step < 10; step++) await server.settle()
  clock.advance(60_000)
  expect(await damagedCount()).toBe('1')
  expect(await blobFiles(folder.path)).toHaveLength(1)
})

it(
  'holdfast workers and holdfast uploads look into a store beside its server',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryDirectory()
    await using server = await startServerProcess({ dataDirectory: folder.path })
    const bucket = await createBucket(server, 'uploads')
    const begun = await rawRequest(server, { method: 'POST', path: `/${bucket}/open`, query: 'uploads=' })
    const uploadId = xmlTexts(begun.text, 'UploadId')[0] ?? ''
    const query = `partNumber=1&uploadId=${uploadId}`
    await rawRequest(server, {
      method: 'PUT',
      path: `/${bucket}/open`,
      query,
      body: contentOf('part', 5_000_000),
    })

    const uploads = await holdfast('uploads', folder.path)
    expect(uploads.text).toMatch(new RegExp(`^uploads +open +${uploadId} +\\S+ +1 +5.0 MB$`, 'm'))
    expect(uploads.text).toMatch(/^1 open uploads hold 5.0 MB.$/m)
    const workers = await holdfast('workers', folder.path)
    for (const name of ['garbage', 'lifecycle', 'scrub', 'unreferenced-blobs']) {
      expect(workers.text).toMatch(new RegExp(`^${name} +[0-9a-f]{16} +\\d{4}-\\S+ +\\d+`, 'm'))
    }
    const { text, status, headers } = await rawRequest(server, { path: '/-/metrics', anonymous: true })
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
    expect(text).toContain('holdfast_requests_total{operation="UploadPart",status="200"} 1\n')
    expect(text).toContain('\nholdfast_open_uploads 1\n')
    expect(text).toContain('\nholdfast_open_upload_bytes 5000000\n')
    expect(text).toMatch(/^holdfast_worker_done_total\{worker="lifecycle"\} \d+$/m)
  },
)
