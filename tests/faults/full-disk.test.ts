import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createBucket, getObject, listKeys, putObject, sortedAsKeys } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { type RawAnswer, type ServerAddress, rawRequest, xmlTexts } from '../support/raw-request.ts'
import { startServerProcess } from '../support/server-process.ts'
import { objectPath } from '../support/signature-v4.ts'
import { smallDisk } from './small-disk.ts'

const MIB = 1024 * 1024
const full = [503, 'ServiceUnavailable']

/** Puts objects until one is refused; returns what was taken, and the refusal. */
async function fill(
  server: ServerAddress,
  bucket: string,
  prefix: string,
  sizeBytes: number,
): Promise<{ taken: string[]; refused: RawAnswer }> {
  const taken: string[] = []
  for (;;) {
    const key = `${prefix}-${String(taken.length).padStart(5, '0')}`
    const body = contentOf(key, sizeBytes)
    const answer = await rawRequest(server, { method: 'PUT', path: objectPath(bucket, key), body })
    if (answer.status !== 200) return { taken, refused: answer }
    taken.push(key)
    if (taken.length > 10_000) throw new Error('the disk does not fill')
  }
}

async function changed(server: ServerAddress, bucket: string, keys: string[], sizeBytes: number) {
  const differing: string[] = []
  for (const key of keys) {
    const { body } = await getObject(server, bucket, key)
    if (!body.equals(contentOf(key, sizeBytes))) differing.push(key)
  }
  return differing
}

it('a full disk is ServiceUnavailable, and passes', { timeout: 120_000 }, async (context) => {
  await using disk = await smallDisk(context, { diskBytes: 48 * MIB, releaseBytes: 12 * MIB })
  await using server = await startServerProcess({ dataDirectory: join(disk.path, 'data') })
  const bucket = await createBucket(server, 'full')
  const upload = await rawRequest(server, { method: 'POST', path: `/${bucket}/parts`, query: 'uploads' })
  const uploadId = encodeURIComponent(xmlTexts(upload.text, 'UploadId')[0] ?? '')

  // Blobs first, then rows, until neither fits.
  const large = await fill(server, bucket, 'large', 4 * MIB)
  expect([large.refused.status, large.refused.errorCode]).toEqual(full)
  expect(large.refused.headers['content-type']).toBe('application/xml')
  expect(large.taken.length).toBeGreaterThan(3)
  const medium = await fill(server, bucket, 'medium', 100_000)
  expect([medium.refused.status, medium.refused.errorCode]).toEqual(full)
  const small = await fill(server, bucket, 'small', 16_000)
  expect([small.refused.status, small.refused.errorCode]).toEqual(full)

  const part = await rawRequest(server, {
    method: 'PUT',
    path: `/${bucket}/parts`,
    query: `partNumber=1&uploadId=${uploadId}`,
    body: contentOf('part', 5 * MIB),
  })
  expect([part.status, part.errorCode]).toEqual(full)
  const [overwritten = ''] = large.taken
  const over = { method: 'PUT', path: objectPath(bucket, overwritten), body: contentOf('over', 4 * MIB) }
  const overwrite = await rawRequest(server, over)
  expect([overwrite.status, overwrite.errorCode]).toEqual(full)

  // All that was acknowledged is there and whole, and nothing else.
  const taken = sortedAsKeys([...large.taken, ...medium.taken, ...small.taken])
  expect(await listKeys(server, bucket)).toEqual(taken)
  expect(await changed(server, bucket, large.taken, 4 * MIB)).toEqual([])
  expect(await changed(server, bucket, medium.taken, 100_000)).toEqual([])
  expect(await changed(server, bucket, small.taken, 16_000)).toEqual([])
  const parts = await rawRequest(server, { path: `/${bucket}/parts`, query: `uploadId=${uploadId}` })
  expect([parts.status, xmlTexts(parts.text, 'PartNumber')]).toEqual([200, []])
  expect((await fetch(`${server.url}/-/live`)).status).toBe(200)

  // With space again the same process goes on.
  await disk.release()
  await putObject(server, bucket, 'after', contentOf('after', 4 * MIB))
  expect(await changed(server, bucket, ['after'], 4 * MIB)).toEqual([])
  const gone = await rawRequest(server, { method: 'DELETE', path: objectPath(bucket, overwritten) })
  expect(gone.status).toBe(204)
})
