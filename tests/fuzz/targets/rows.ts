import assert from 'node:assert/strict'
import { StorageFault } from '../../../packages/server/src/base/storage-fault.ts'
import { MAX_KEY_BYTES } from '../../../packages/server/src/metadata/ordered-store.ts'
import { HEAD_BYTES, sealFrame } from '../../../packages/server/src/metadata/row-frame.ts'
import {
  current,
  garbage,
  parts,
  versionHeads,
  versions,
} from '../../../packages/server/src/metadata/tables/tables.ts'
import { decodeTuple, encodeTuple } from '../../../packages/server/src/metadata/tuple.ts'
import { type FuzzTarget, latin1, outcomeOf } from '../fuzz-target.ts'

const tables = [current, versions, versionHeads, parts, garbage] as const
const keys = [
  current.key('b', 'k'),
  versions.key('b', 'k', 'o'),
  versionHeads.key('b', 'k'),
  parts.key('u', 1),
  garbage.key('g'),
] as const
const object = {
  etag: `${'0123456789abcdef'.repeat(2)}-3`,
  sizeBytes: 5,
  modifiedMilliseconds: 1_700_000_000_000,
  ownerAccountId: '000000000001',
  content: { kind: 'inline', id: 'AAAA', seal: { salt: 'AAAA', storeKeyId: 'abcd' } },
  checksum: { algorithm: 'CRC32', value: 'AAAAAA==', type: 'FULL_OBJECT' },
  metadata: { a: 'b' },
} as const

/** Rows and keys as a damaged disk gives them back, and rows that somebody framed rightly. */
export const rows: FuzzTarget = {
  seeds: [
    `\x01{"size":5,"etag":"e"}`,
    `\x02\0\0\0\0\x01{"size":5,"etag":"e"}`,
    latin1(current.encode(keys[0], object, 2)),
    latin1(
      versions.encode(keys[1], { ...object, order: 'ab'.repeat(16), restore: { readyMilliseconds: 7 } }, 2),
    ),
    latin1(versionHeads.encode(keys[2], { latestOrder: 'abcd', nullOrder: 'ef' }, 2)),
    latin1(encodeTuple([2, 'bucket', 'key\0\u00e4', 5, { descending: 300 }, Buffer.from([0, 1, 255])])),
    latin1(current.key('bucket', 'key')),
  ],
  run(bytes) {
    for (const [index, key] of keys.entries()) {
      readRow(index, key, bytes)
      if (bytes[0] === 2 && bytes.length > HEAD_BYTES[2])
        readRow(index, key, sealFrame(Buffer.from(bytes), key, 2))
    }
    const key = bytes.subarray(0, MAX_KEY_BYTES)
    const { value: tuple } = outcomeOf(() => decodeTuple(key), isCorrupt)
    if (tuple) assert.deepEqual(decodeTuple(encodeTuple(tuple)), tuple)
  },
}

function readRow(index: number, key: Buffer, value: Buffer): void {
  const table = tables[index] ?? current
  const { value: row } = outcomeOf((): unknown => table.decode({ key, value }), isCorrupt)
  if (row === undefined) return
  const again = table.encode(key, row as never, 2)
  assert.deepEqual(asJson(table.decode({ key, value: again })), asJson(row))
  const at = 1 + ((value.length * 7) % (again.length - 1))
  again[at] = (again[at] ?? 0) ^ (1 << (value.length % 8))
  assert.ok(outcomeOf((): unknown => table.decode({ key, value: again }), isCorrupt).error)
}

/** A number that was too large to read is null there, and what is undefined is absent. */
function asJson(row: unknown): unknown {
  return JSON.parse(JSON.stringify(row)) as unknown
}

function isCorrupt(error: Error): boolean {
  return error instanceof StorageFault && error.kind === 'corrupt'
}
