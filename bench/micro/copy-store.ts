import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RowBatches } from '../../packages/server/src/backup/row-batches.ts'
import { systemRandom } from '../../packages/server/src/base/random.ts'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import { openPostgresql } from '../../packages/server/src/metadata/engines/postgresql/postgresql.ts'
import { claimCopy } from '../../packages/server/src/store-copy/claim-copy.ts'
import { compareRows } from '../../packages/server/src/store-copy/compare-rows.ts'
import { copyRows } from '../../packages/server/src/store-copy/copy-rows.ts'
import { clientOf, startPostgresql } from '../../tests/support/postgresql-cluster.ts'

const OBJECTS = Number(process.argv[2] ?? 100_000)
const ROWS = 2 * OBJECTS
/** Of the second row of each, its key's and its value's bytes: that of a blob, or 4 KiB that lie among the rows. */
const [keyBytes, valueBytes] = process.argv[3] === 'inline' ? [26, 4118] : [36, 22]

// How fast `holdfast copy-store` brings rows from LMDB into PostgreSQL, and what they take there: `node bench/micro/copy-store.ts 100000`, or
// with `inline` behind it.
const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
try {
  await using cluster = await startPostgresql({ fsync: 'on', full_page_writes: 'on' })
  const database = await cluster.newDatabase()
  await using from = await openLmdb({ path: folder })
  await using to = await openPostgresql({ servers: [database] })
  const batches = new RowBatches(from)
  for (let index = 0; index < OBJECTS; index++) {
    // As an object leaves them: its own row, and that of its bytes.
    const name = `bucket-id-16-byte/photos/key-${String(index).padStart(13, '0')}`
    await batches.add({ key: Buffer.concat([Buffer.of(0x10), Buffer.from(name)]), value: randomBytes(115) })
    const key = Buffer.concat([Buffer.of(0x11), randomBytes(keyBytes - 1)])
    await batches.add({ key, value: randomBytes(valueBytes) })
  }
  await batches.commit()
  const claim = await claimCopy(to, 'bench', systemRandom)
  const { signal } = new AbortController()
  const both = { from, to, place: { marked: [], storeFormat: 2 }, onRows: () => {}, signal }
  await timed('copied', () => copyRows({ ...both, claim }))
  await timed('compared', () => compareRows(both))
  const client = clientOf(database)
  await client.connect()
  const sizes = `select pg_total_relation_size('holdfast_rows') as all, pg_indexes_size('holdfast_rows') as index`
  const { rows: answers } = await client.query<Record<string, string>>(sizes)
  await client.end()
  for (const [name, bytes] of Object.entries(answers[0] ?? {}))
    console.log(`${name.padEnd(10)} ${Math.round(Number(bytes) / OBJECTS)} bytes an object`)
} finally {
  await rm(folder, { recursive: true })
}

async function timed(name: string, work: () => Promise<unknown>): Promise<void> {
  const before = process.cpuUsage()
  const start = performance.now()
  await work()
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(before)
  const cpu = ((user + system) / ROWS).toFixed(1)
  console.log(`${name.padEnd(10)} ${Math.round(ROWS / seconds)} rows/s, ${cpu} µs of CPU each`)
}
