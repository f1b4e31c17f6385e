import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import { current } from '../../packages/server/src/metadata/tables/tables.ts'
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
  // As a PutObject of a small object leaves it; version 1 is JSON without a checksum.
  const rowKey = current.key('0123456789abcdef', 'folder-000001/object-000000001')
  const row = {
    contentType: 'application/octet-stream',
    etag: '0123456789abcdef0123456789abcdef',
    sizeBytes: 4096,
    modifiedMilliseconds: 1_700_000_000_000,
    ownerAccountId: '111122223333',
    content: {
      kind: 'inline',
      id: '0123456789abcdef',
      seal: { salt: 'A'.repeat(44), storeKeyId: '0'.repeat(32) },
    },
    checksum: { algorithm: 'CRC64NVME', value: 'AAAAAAAAAAA=', type: 'FULL_OBJECT' },
  } as const
  const rows = { 1: current.encode(rowKey, row, 1), 2: current.encode(rowKey, row, 2) }
  await micro({
    'encode a row of version 1': () => current.encode(rowKey, row, 1),
    'encode a row': () => current.encode(rowKey, row, 2),
    'decode a row of version 1': () => current.decode({ key: rowKey, value: rows[1] }),
    'decode a row': () => current.decode({ key: rowKey, value: rows[2] }),
    'decode of a row what listings tell': () => current.brief.decode({ key: rowKey, value: rows[2] }),
    'get a row': () => store.get(next()),
    'scan of 1': scan(1),
    'scan of 4': scan(4),
    'scan of 1,000': scan(1000),
  })
} finally {
  await rm(path, { recursive: true })
}
