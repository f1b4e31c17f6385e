import assert from 'node:assert/strict'
import { StorageFault } from '../../../packages/server/src/base/storage-fault.ts'
import { MAX_KEY_BYTES } from '../../../packages/server/src/metadata/ordered-store.ts'
import { current, garbage, parts } from '../../../packages/server/src/metadata/tables/tables.ts'
import { decodeTuple, encodeTuple } from '../../../packages/server/src/metadata/tuple.ts'
import { type FuzzTarget, latin1, outcomeOf } from '../fuzz-target.ts'

/** Rows and keys as a damaged disk gives them back. */
export const rows: FuzzTarget = {
  seeds: [
    `\x01{"size":5,"etag":"e"}`,
    latin1(encodeTuple([2, 'bucket', 'key\0\u00e4', 5, { descending: 300 }, Buffer.from([0, 1, 255])])),
    latin1(current.key('bucket', 'key')),
  ],
  run(bytes) {
    for (const table of [current, parts, garbage]) {
      const { value: row } = outcomeOf(() => table.decode(bytes), isCorrupt)
      // As text: JSON writes null for a number that was too large to read.
      if (row) assert.equal(JSON.stringify(table.decode(table.encode(row as never))), JSON.stringify(row))
    }
    const key = bytes.subarray(0, MAX_KEY_BYTES)
    const { value: tuple } = outcomeOf(() => decodeTuple(key), isCorrupt)
    if (tuple) assert.deepEqual(decodeTuple(encodeTuple(tuple)), tuple)
  },
}

function isCorrupt(error: Error): boolean {
  return error instanceof StorageFault && error.kind === 'corrupt'
}
