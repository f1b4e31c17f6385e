import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { AGED_BYTES } from '../conformance/analytics/analysis-room.ts'
import { analyticsOf, analyticsXml } from '../conformance/analytics/analytics-documents.ts'
import { reportStatement } from '../conformance/inventory/inventory-documents.ts'
import { mainAccount } from '../support/accounts.ts'
import { createBucket } from '../support/buckets.ts'
import { rawRequest, type ServerAddress } from '../support/raw-request.ts'
import { referenceChecksum } from '../support/reference-checksums.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const BUCKET = 'analyzed'
const EXPORTS = 'analyzed-exports'
/** Counts are written ten times a day. */
const WRITTEN_MILLISECONDS = 1000
const config = { testing: { enabled: true, dayLengthSeconds: 3, processTimeoutSeconds: 1 } }

async function putDocument(server: ServerAddress, query: string, bucket: string, body: string) {
  const headers = { 'content-md5': referenceChecksum('MD5', body) }
  const { status } = await rawRequest(server, { method: 'PUT', path: `/${bucket}`, query, body, headers })
  expect(status).toBeLessThan(300)
}

async function prepare(server: ServerAddress): Promise<void> {
  for (const bucket of [BUCKET, EXPORTS]) await createBucket(server, bucket)
  const Statement = [{ Effect: 'Allow', ...reportStatement(BUCKET, EXPORTS, mainAccount.id) }]
  await putDocument(server, 'policy=', EXPORTS, JSON.stringify({ Version: '2012-10-17', Statement }))
  await putDocument(server, analyticsOf('one'), BUCKET, analyticsXml('one', { destination: EXPORTS }))
  await rawRequest(server, { method: 'PUT', path: `/${BUCKET}/key`, body: Buffer.alloc(AGED_BYTES) })
}

async function read(server: ServerAddress, times: number): Promise<void> {
  for (let at = 0; at < times; at++)
    expect((await rawRequest(server, { path: `/${BUCKET}/key` })).status).toBe(200)
}

/** GETs of all records, and the objects that each of them tells of; nothing before the first export. */
async function exported(server: ServerAddress) {
  const { status, text } = await rawRequest(server, { path: `/${EXPORTS}/${BUCKET}/one.csv` })
  if (status !== 200) return undefined
  const lines = text.split('\n').filter((line) => line.includes(',STANDARD,ALL,'))
  const fields = lines.map((line) => line.split(','))
  return {
    requests: fields.reduce((sum, line) => sum + Number(line[9]), 0),
    objects: [...new Set(fields.map((line) => line[5]))],
  }
}

const untilExported = (server: ServerAddress, requests: number) =>
  vi.waitFor(async () => expect(await exported(server)).toEqual({ requests, objects: ['1'] }), {
    timeout: 30_000,
    interval: 200,
  })

it(
  'what is read through two servers adds up in one export, whether they end or are killed',
  { timeout: 120_000 },
  async () => {
    await using folder = await temporaryDirectory()
    await using started = new AsyncDisposableStack()
    const start = async () => started.use(await startServerProcess({ dataDirectory: folder.path, config }))
    let [one, two] = [await start(), await start()]
    await prepare(one)
    await untilExported(two, 0)
    await Promise.all([read(one, 20), read(two, 20)])
    await untilExported(one, 40)
    // What it has counted is written before it ends.
    await read(one, 10)
    await one.end('SIGTERM')
    await untilExported(two, 50)
    one = await start()
    await Promise.all([read(one, 5), read(two, 5)])
    await delay(WRITTEN_MILLISECONDS)
    await two.end('SIGKILL')
    await untilExported(one, 60)
    two = await start()
    await read(two, 1)
    await untilExported(one, 61)
    expect(await exported(two)).toEqual(await exported(one))
  },
)
