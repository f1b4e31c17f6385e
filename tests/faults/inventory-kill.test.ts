import { gunzipSync } from 'node:zlib'
import { setTimeout as delay } from 'node:timers/promises'
import { parquetReadObjects } from 'hyparquet'
import { expect, it, vi } from 'vitest'
import { inventoryOf, inventoryXml, reportStatement } from '../conformance/inventory/inventory-documents.ts'
import { mainAccount } from '../support/accounts.ts'
import { createBucket } from '../support/buckets.ts'
import { rawRequest, type ServerAddress, xmlTexts } from '../support/raw-request.ts'
import { referenceChecksum } from '../support/reference-checksums.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { objectPath } from '../support/signature-v4.ts'
import { tries } from '../support/sizes.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const BUCKET = 'kill'
const REPORTS = 'kill-reports'
const OBJECTS = 3000
const FILE_ROWS = 200
const KILLS = tries(8)
const config = {
  testing: { enabled: true, processTimeoutSeconds: 1, inventoryFileRows: FILE_ROWS },
}

async function putDocument(
  server: ServerAddress,
  query: string,
  bucket: string,
  body: string,
): Promise<void> {
  const headers = { 'content-md5': referenceChecksum('MD5', body) }
  const { status } = await rawRequest(server, { method: 'PUT', path: `/${bucket}`, query, body, headers })
  expect(status).toBeLessThan(300)
}

async function prepare(server: ServerAddress, format: string): Promise<void> {
  for (const bucket of [BUCKET, REPORTS]) await createBucket(server, bucket)
  const names = Array.from({ length: OBJECTS }, (_, at) => `key/${String(at).padStart(5, '0')}`)
  const lanes = Array.from({ length: 16 }, async () => {
    for (let key = names.pop(); key !== undefined; key = names.pop())
      await rawRequest(server, { method: 'PUT', path: objectPath(BUCKET, key), body: key })
  })
  await Promise.all(lanes)
  const statement = { Effect: 'Allow', ...reportStatement(BUCKET, REPORTS, mainAccount.id) }
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await putDocument(server, 'policy=', REPORTS, policy)
  const body = inventoryXml('one', { destination: REPORTS, format, fields: ['Size'] })
  await putDocument(server, inventoryOf('one'), BUCKET, body)
}

async function keysIn(server: ServerAddress, prefix: string): Promise<string[]> {
  const query = `list-type=2&prefix=${encodeURIComponent(prefix)}`
  const { text } = await rawRequest(server, { path: `/${REPORTS}`, query })
  return xmlTexts(text, 'Key')
}

/** Until there are so many files more, or the report is done. */
async function untilFiles(server: ServerProcess, count: number): Promise<void> {
  const deadline = performance.now() + 30_000
  while (performance.now() < deadline) {
    if ((await keysIn(server, `${BUCKET}/one/data/`)).length >= count) return
    await delay(5)
  }
  throw new Error(`no ${count} files: ${server.output()}`)
}

async function bytesOf(server: ServerAddress, key: string): Promise<Buffer> {
  return (await rawRequest(server, { path: objectPath(REPORTS, key) })).body
}

async function keysOfFile(bytes: Buffer, format: string): Promise<string[]> {
  if (format === 'Parquet') {
    const rows = await parquetReadObjects({ file: Uint8Array.from(bytes).buffer })
    return rows.map((row) => String(row['key']))
  }
  const lines = gunzipSync(bytes).toString().trimEnd().split('\n')
  return lines.map((line) => /^"kill","([^"]*)","9"$/.exec(line)?.[1] ?? line)
}

it.each(['CSV', 'Parquet'])(
  `a report whose server is killed ${KILLS} times has every object once: %s`,
  { timeout: 240_000 },
  async (format) => {
    await using folder = await temporaryDirectory()
    await using started = new AsyncDisposableStack()
    const start = async () => started.use(await startServerProcess({ dataDirectory: folder.path, config }))
    let server = await start()
    await prepare(server, format)
    let seen = 0
    for (let kill = 0; kill < KILLS; kill++) {
      await server.end('SIGKILL')
      server = await start()
      await untilFiles(server, seen + 1)
      seen = (await keysIn(server, `${BUCKET}/one/data/`)).length
      expect(await keysIn(server, `${BUCKET}/one/2`)).toEqual([])
    }
    await server.end('SIGKILL')
    server = await start()
    const manifests = await vi.waitFor(
      async () => {
        const found = await keysIn(server, `${BUCKET}/one/2`)
        expect(found).toHaveLength(2)
        return found
      },
      { timeout: 60_000, interval: 200 },
    )
    const manifestKey = manifests.find((key) => key.endsWith('.json')) ?? ''
    const manifest = JSON.parse((await bytesOf(server, manifestKey)).toString()) as {
      files: { key: string }[]
    }
    const files = manifest.files.map(({ key }) => key)
    expect(files.toSorted()).toEqual(await keysIn(server, `${BUCKET}/one/data/`))
    expect(files).toHaveLength(OBJECTS / FILE_ROWS)
    const told: string[] = []
    for (const key of files) told.push(...(await keysOfFile(await bytesOf(server, key), format)))
    expect(told).toEqual(Array.from({ length: OBJECTS }, (_, at) => `key/${String(at).padStart(5, '0')}`))
  },
)
