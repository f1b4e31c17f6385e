import { readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { sweep } from './sweep.ts'

const body = contentOf('kept', 500_000)

it('the sweep removes what crashes left and nothing else', async () => {
  await using folder = await temporaryDirectory()
  const blobs = join(folder.path, 'blobs')
  {
    await using server = await startTestServer({ dataDirectory: folder.path })
    await createBucket(server, 'leftovers')
    await putObject(server, 'leftovers', 'kept', body)
  }
  const kept = await blobFiles(folder.path)

  // A crash before the commit leaves a whole blob; a crash while writing one leaves a temporary file.
  for (const place of (await readdir(blobs)).slice(0, 20)) {
    const name = place === 'tmp' ? 'f'.repeat(32) : place.padEnd(32, '0')
    await writeFile(join(blobs, place, name), 'left behind')
  }
  const hoursAgo = new Date(Date.now() - 5 * 3_600_000)
  const temporary = join(blobs, 'tmp', 'e'.repeat(32))
  await writeFile(temporary, 'left behind')
  await utimes(temporary, hoursAgo, hoursAgo)
  expect((await blobFiles(folder.path)).length).toBeGreaterThan(20)

  await sweep(folder.path)
  expect(await blobFiles(folder.path)).toEqual(kept)
  await using server = await startTestServer({ dataDirectory: folder.path })
  expect((await getObject(server, 'leftovers', 'kept')).body.equals(body)).toBe(true)
})

it('the sweep leaves an upload in flight alone', async () => {
  await using folder = await temporaryDirectory()
  await using server = await startTestServer({ dataDirectory: folder.path })
  await createBucket(server, 'leftovers')
  const { promise: gate, resolve: open } = Promise.withResolvers<undefined>()
  async function* slowly() {
    yield body.subarray(0, 200_000)
    await gate
    yield body.subarray(200_000)
  }
  const headers = { 'content-length': String(body.length) }
  const put = rawRequest(server, { method: 'PUT', path: '/leftovers/slow', headers, body: slowly() })
  await vi.waitUntil(async () => (await blobFiles(folder.path)).length > 0)

  await server.settle()
  server.clock.advance(24 * 3_600_000)
  await server.settle()
  open(undefined)
  expect((await put).status).toBe(200)
  await server.settle()
  const later = { path: '/leftovers/slow', date: server.clock.now() }
  expect((await rawRequest(server, later)).body.equals(body)).toBe(true)
})
