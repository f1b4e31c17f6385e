import { request as httpRequest, type IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { RadosPool } from '../../packages/server/src/blobs/engines/ceph/rados-pool.ts'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { CEPH_USER, startCeph, whyNoCeph } from '../support/ceph-cluster.ts'
import { contentOf } from '../support/content.ts'
import { presignedUrl, rawRequest, type ServerAddress, xmlTexts } from '../support/raw-request.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const PART_BYTES = 5 * 1024 * 1024
const PARTS = 8
/** A process that says nothing for so long is taken for dead; twice as long nothing is let go of. */
const TIMEOUT_SECONDS = 1
const noCeph = whyNoCeph()
const config = { testing: { enabled: true, processTimeoutSeconds: TIMEOUT_SECONDS } }

it(
  'a long read in one process keeps its parts although another has let go of them',
  { timeout: 90_000 },
  async () => {
    await using folder = await temporaryDirectory()
    await using one = await startServerProcess({ dataDirectory: folder.path, config })
    await using two = await startServerProcess({ dataDirectory: folder.path, config })
    const bucket = await createBucket(one, 'shared')
    const body = await putParts(one, bucket)

    const reading = await beginReading(two, bucket)
    await putObject(one, bucket, 'k', 'replaced')
    // Longer than the grace: only what the reader announced keeps the parts now.
    await delay(6 * TIMEOUT_SECONDS * 1000)
    expect((await readAll(reading)).equals(body)).toBe(true)
    await untilFreed(folder.path)
  },
)

it.skipIf(noCeph !== undefined)(
  `a long read keeps what lies in a pool${noCeph === undefined ? '' : `: ${noCeph}`}`,
  { timeout: 120_000 },
  async () => {
    await using cluster = await startCeph()
    await using folder = await temporaryDirectory()
    const { pool, configFile } = cluster
    const blobs = { engine: 'ceph', pool, configFile, user: `client.${CEPH_USER}` }
    const pooled = { ...config, blobs }
    await using one = await startServerProcess({ dataDirectory: folder.path, config: pooled })
    await using two = await startServerProcess({ dataDirectory: folder.path, config: pooled })
    const bucket = await createBucket(one, 'shared')
    const body = contentOf('one blob', PARTS * PART_BYTES)
    await putObject(one, bucket, 'k', body)
    const reading = await beginReading(two, bucket)
    await putObject(one, bucket, 'k', 'replaced')
    await delay(6 * TIMEOUT_SECONDS * 1000)
    expect((await readAll(reading)).equals(body)).toBe(true)
    await using rados = await RadosPool.open({ pool, configFile, user: CEPH_USER })
    const stripes = async (): Promise<number> => {
      let count = 0
      for await (const names of rados.pages(1000)) count += names.length
      return count
    }
    // Its own mark, at the most.
    await expect.poll(stripes, { timeout: 30_000, interval: 200 }).toBeLessThan(3)
  },
)

it('a reader that was killed keeps nothing', { timeout: 90_000 }, async () => {
  await using folder = await temporaryDirectory()
  await using one = await startServerProcess({ dataDirectory: folder.path, config })
  await using two = await startServerProcess({ dataDirectory: folder.path, config })
  const bucket = await createBucket(one, 'shared')
  await putParts(one, bucket)
  const reading = await beginReading(two, bucket)
  await putObject(one, bucket, 'k', 'replaced')
  await delay(3 * TIMEOUT_SECONDS * 1000)
  expect(await blobFiles(folder.path)).toHaveLength(PARTS)
  reading.on('error', () => {})
  await two.end('SIGKILL')
  await untilFreed(folder.path)
})

async function putParts(server: ServerAddress, bucket: string): Promise<Buffer> {
  const path = `/${bucket}/k`
  const begun = await rawRequest(server, { method: 'POST', path, query: 'uploads=' })
  const uploadId = xmlTexts(begun.text, 'UploadId')[0] ?? ''
  const bodies = Array.from({ length: PARTS }, (_, at) => contentOf(`part ${at}`, PART_BYTES))
  const list: string[] = []
  for (const [at, part] of bodies.entries()) {
    const query = `partNumber=${at + 1}&uploadId=${uploadId}`
    const { headers } = await rawRequest(server, { method: 'PUT', path, query, body: part })
    list.push(`<Part><PartNumber>${at + 1}</PartNumber><ETag>${headers.etag}</ETag></Part>`)
  }
  const document = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`
  const query = `uploadId=${uploadId}`
  expect((await rawRequest(server, { method: 'POST', path, query, body: document })).status).toBe(200)
  return Buffer.concat(bodies)
}

/** A GET whose answer has begun and of which nothing more is taken off the socket. */
function beginReading(server: ServerProcess, bucket: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(presignedUrl(server, { path: `/${bucket}/k` }), { agent: false })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      incoming.pause()
      resolve(incoming)
    })
    outgoing.end()
  })
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks)
}

async function untilFreed(folder: string): Promise<void> {
  await expect.poll(() => blobFiles(folder), { timeout: 30_000, interval: 200 }).toEqual([])
}
