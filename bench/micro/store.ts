import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import { micro } from '../micro.ts'

const KEYS = 20_000
const VALUE_BYTES = 300

// What the metadata store costs below everything else: reads as a GET and a listing make them.
const path = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
try {
  await using store = await openLmdb({ path })
  const keyOf = (index: number): Buffer => Buffer.from(`\u0003bench/f${String(index).padStart(8, '0')}`)
  const value = randomBytes(VALUE_BYTES)
  const put = Array.from({ length: KEYS }, (_, index) => ({ key: keyOf(index), value }))
  await store.commit({ expect: [], put, remove: [] })
  let at = 0
  const next = (): Buffer => keyOf((at = (at + 7919) % (KEYS - 1000)))
  const end = Buffer.of(0xff)
  const scan = (limit: number) => () => store.scan({ start: next(), end, limit })
  await micro({
    'get a row': () => store.get(next()),
    'scan of 1': scan(1),
    'scan of 4': scan(4),
    'scan of 1,000': scan(1000),
  })
} finally {
  await rm(path, { recursive: true })
}
