/**
 * Prints what a page of ListObjectsV2 costs the server, in CPU of its thread: 1,000 keys, and 1,000 common prefixes, in
 * a bucket of 10,000 and in one of 1,000,000 keys. The rows are written straight into the store; the requests come from
 * a thread of their own. `node bench/micro/listing-pages.ts [lmdb|memory] [keys of the large bucket]`
 */
import { once } from 'node:events'
import * as fs from 'node:fs/promises'
import * as http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import type { OrderedStore, Put } from '../../packages/server/src/metadata/ordered-store.ts'
import type { ObjectRow } from '../../packages/server/src/metadata/tables/rows.ts'
import { buckets, current } from '../../packages/server/src/metadata/tables/tables.ts'
import { putOf, readRow } from '../../packages/server/src/metadata/transaction.ts'
import { startServer } from '../../packages/server/src/start-server.ts'
import { call, type Endpoint, endpointAt, LOCAL_KEYS } from '../base/endpoint.ts'
import { median } from '../base/statistics.ts'

const FOLDERS = 1000
const ROWS_PER_COMMIT = 5000
const ROUNDS = 15
const PAGES_A_ROUND = 20

interface Load {
  readonly url: string
  readonly pages: number
}

/** Gets a page so many times, one after the other; answers with the last. */
async function load({ url, pages }: Load): Promise<string> {
  let text = ''
  for (let page = 0; page < pages; page++) {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) =>
      http.get(url, { agent }, resolve).on('error', reject),
    )
    text = (await buffer(response)).toString()
  }
  return text
}

const agent = new http.Agent({ keepAlive: true })

async function fill(store: OrderedStore, bucketId: string, ownerAccountId: string, keys: number) {
  // As a PutObject of a small object leaves it.
  const row: ObjectRow = {
    contentType: 'application/octet-stream',
    etag: '0123456789abcdef0123456789abcdef',
    sizeBytes: 4096,
    modifiedMilliseconds: 1_700_000_000_000,
    ownerAccountId,
    content: { kind: 'inline', id: '0123456789abcdef' },
    checksum: { algorithm: 'CRC64NVME', value: 'AAAAAAAAAAA=', type: 'FULL_OBJECT' },
  }
  let put: Put[] = []
  for (let index = 0; index < keys; index++) {
    const folder = String(Math.floor(index / (keys / FOLDERS))).padStart(6, '0')
    const key = `folder-${folder}/object-${String(index).padStart(9, '0')}`
    put.push(putOf(store, current, [bucketId, key], row))
    if (put.length < ROWS_PER_COMMIT && index < keys - 1) continue
    await store.commit({ expect: [], put, remove: [] })
    put = []
  }
}

/** Starts the server, fills its store and makes the buckets' pages, each with what makes a full one. */
async function pagesOf(store: OrderedStore, endpoint: Endpoint, sizes: readonly number[]) {
  const pages: { name: string; url: string; element: string }[] = []
  for (const keys of sizes) {
    const bucket = `keys-${keys}`
    await call(endpoint, 'PUT', `/${bucket}`)
    const row = await readRow(store, buckets, bucket)
    if (!row) throw new Error('the bucket is gone')
    await fill(store, row.id, row.ownerAccountId, keys)
    const url = (query: Record<string, string>): string =>
      `http://127.0.0.1:${endpoint.port}${endpoint.sign('GET', `/${bucket}`, { 'list-type': '2', ...query })}`
    const of = keys.toLocaleString('en')
    const plain = url({ 'start-after': 'folder-000300~' })
    pages.push({ name: `1,000 keys of ${of}`, url: plain, element: '<Key>' })
    const folded = url({ delimiter: '/' })
    pages.push({ name: `1,000 common prefixes of ${of}`, url: folded, element: '<CommonPrefixes>' })
  }
  return pages
}

async function main(engine = 'lmdb', largeKeys = '1000000'): Promise<void> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'holdfast-listing-'))
  const client = new Worker(new URL(import.meta.url))
  try {
    let store: OrderedStore | undefined
    const { accessKeyId, secretAccessKey } = LOCAL_KEYS
    await using server = await startServer({
      accounts: [{ id: '100000000001', name: 'bench', accessKeys: [{ accessKeyId, secretAccessKey }] }],
      ...(engine === 'lmdb' && { dataDirectory: folder }),
      wrapMetadata: (made) => (store = made),
    })
    if (!store) throw new Error('the server has no store')
    const endpoint = endpointAt('server', '127.0.0.1', server.port, LOCAL_KEYS)
    const pages = await pagesOf(store, endpoint, [10 * FOLDERS, Number(largeKeys)])
    const times = new Map(pages.map(({ name }) => [name, [] as number[]]))
    for (let round = 0; round <= ROUNDS; round++) {
      for (const { name, url, element } of pages) {
        const before = process.threadCpuUsage()
        client.postMessage({ url, pages: PAGES_A_ROUND } satisfies Load)
        const [text] = (await once(client, 'message')) as [string]
        const { user, system } = process.threadCpuUsage(before)
        if (text.split(element).length !== 1001) throw new Error(`not a full page: ${text.slice(0, 500)}`)
        // The first round warms up.
        if (round > 0) times.get(name)?.push((user + system) / PAGES_A_ROUND / 1000)
      }
    }
    for (const [name, values] of times) {
      const least = Math.min(...values).toFixed(2)
      console.log(`${name.padEnd(36)} ${median(values).toFixed(2)} ms of CPU a page, at least ${least}`)
    }
  } finally {
    await client.terminate()
    await fs.rm(folder, { recursive: true })
  }
}

if (isMainThread) await main(...process.argv.slice(2))
else
  parentPort?.on(
    'message',
    (message: Load) => void load(message).then((text) => parentPort?.postMessage(text)),
  )
