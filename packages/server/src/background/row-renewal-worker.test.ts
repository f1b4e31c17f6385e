import { beforeEach, expect, it } from 'vitest'
import { openMemory } from '../metadata/engines/memory.ts'
import type { Change, OrderedStore } from '../metadata/ordered-store.ts'
import { raiseFormat } from '../metadata/store-format.ts'
import type { ObjectRow } from '../metadata/tables/rows.ts'
import {
  current,
  formatTable,
  garbage,
  uncheckedInlineBytes,
  versionHeads,
} from '../metadata/tables/tables.ts'
import { readRow, transact } from '../metadata/transaction.ts'
import { setWrittenVersion } from '../metadata/written-version.ts'
import { unreadableRows } from '../metadata/unreadable-rows.ts'
import { RowRenewalWorker } from './row-renewal-worker.ts'

const OBJECTS = 450
const PACKED = 2
let store: OrderedStore

function objectOf(index: number): ObjectRow {
  return {
    etag: index.toString(16).padStart(32, '0'),
    sizeBytes: index,
    modifiedMilliseconds: 1_700_000_000_000 + index,
    ownerAccountId: '111122223333',
    content: { kind: 'inline', id: `c${index}` },
  }
}

function keyOf(index: number): string {
  return `key-${String(index).padStart(4, '0')}`
}

/** A store as version 1 of the format left it, and raised since. */
beforeEach(async () => {
  store = openMemory()
  setWrittenVersion(store, 1)
  await transact(store, async (transaction) => {
    transaction.put(formatTable, [], { version: 1 })
    for (let index = 0; index < OBJECTS; index++)
      transaction.put(current, ['b', keyOf(index)], objectOf(index))
    transaction.put(versionHeads, ['b', 'key'], { latestOrder: 'ab'.repeat(16) })
    transaction.put(garbage, ['g'], { kind: 'blob', id: 'x' })
    transaction.put(uncheckedInlineBytes, ['c1'], Buffer.from('\u0001{}'))
  })
})

/** The version of a row's frame, and its layout where that has one. */
async function writtenAs(key: Uint8Array): Promise<(number | undefined)[]> {
  const value = (await store.get(key))?.value
  return value?.[0] === 2 ? [2, value[5]] : [value?.[0]]
}

async function pass(worker = new RowRenewalWorker(store)): Promise<number> {
  let steps = 0
  do {
    await worker.step()
    steps++
  } while (worker.status().left !== 0 && steps < 100)
  return steps
}

it('writes every row as today, and those that stay as they were not at all', async () => {
  await raiseFormat(store)
  const worker = new RowRenewalWorker(store)
  expect(await pass(worker)).toBe(3)
  expect(worker.status().done).toBe(OBJECTS + 2)
  for (const index of [0, 199, 200, OBJECTS - 1]) {
    expect(await writtenAs(current.key('b', keyOf(index)))).toEqual([2, PACKED])
    expect(await readRow(store, current, 'b', keyOf(index))).toEqual(objectOf(index))
  }
  expect(await writtenAs(versionHeads.key('b', 'key'))).toEqual([2, PACKED])
  expect(await writtenAs(garbage.key('g'))).toEqual([2, 1])
  expect(await writtenAs(formatTable.key())).toEqual([1])
  expect(await readRow(store, uncheckedInlineBytes, 'c1')).toEqual(Buffer.from('\u0001{}'))
  // Nor does it go through them again after a restart.
  const again = new RowRenewalWorker(store)
  expect([await pass(again), again.status().done]).toEqual([1, 0])
})

it('begins once the format was raised, and goes on where it was', async () => {
  const early = new RowRenewalWorker(store)
  await early.step()
  expect(await writtenAs(current.key('b', keyOf(0)))).toEqual([1])
  await raiseFormat(store)
  await early.step()
  expect(await writtenAs(current.key('b', keyOf(0)))).toEqual([2, PACKED])
  expect(await writtenAs(current.key('b', keyOf(OBJECTS - 1)))).toEqual([1])
  expect(await pass()).toBe(2)
  expect(await writtenAs(current.key('b', keyOf(OBJECTS - 1)))).toEqual([2, PACKED])
})

it('leaves a row to who changes it meanwhile, and passes over one that cannot be read', async () => {
  await raiseFormat(store)
  const damaged = current.key('b', keyOf(7))
  await store.commit({ expect: [], put: [{ key: damaged, value: Buffer.from('\u0001{') }], remove: [] })
  const changed = { ...objectOf(5), contentType: 'text/changed' }
  let isChanged = false
  const racing: OrderedStore = {
    get: (key) => store.get(key),
    getMany: (keys) => store.getMany(keys),
    scan: (range) => store.scan(range),
    scanMany: (ranges) => store.scanMany(ranges),
    snapshot: () => store.snapshot(),
    async commit(change: Change) {
      if (!isChanged) {
        isChanged = true
        await transact(store, async (transaction) => transaction.put(current, ['b', keyOf(5)], changed))
      }
      return store.commit(change)
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
  await pass(new RowRenewalWorker(racing))
  expect(await readRow(store, current, 'b', keyOf(5))).toEqual(changed)
  expect(await writtenAs(current.key('b', keyOf(6)))).toEqual([2, PACKED])
  expect(await writtenAs(damaged)).toEqual([1])
  expect(unreadableRows(racing).counts.get('current')).toBe(1)
})
