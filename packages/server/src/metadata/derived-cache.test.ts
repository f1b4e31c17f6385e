import { expect, it, vi } from 'vitest'
import { DerivedCache } from './derived-cache.ts'
import { openMemory } from './engines/memory.ts'
import type { OrderedStore } from './ordered-store.ts'
import { defineTable } from './table.ts'
import { transact, type Transaction } from './transaction.ts'

const table = defineTable<[name: string], { readonly value: number; readonly next?: string }>(
  251,
  'derived rows of a test',
)

async function put(store: OrderedStore, name: string, value: number, next?: string): Promise<void> {
  await transact(store, async (transaction) =>
    transaction.put(table, [name], { value, ...(next && { next }) }),
  )
}

/** The values of a row and of all that it leads to. */
async function chain(rows: Transaction, name: string): Promise<{ readonly values: readonly number[] }> {
  const row = await rows.get(table, name)
  const rest = row?.next === undefined ? [] : (await chain(rows, row.next)).values
  return { values: [...(row ? [row.value] : []), ...rest] }
}

function cacheOf(store: OrderedStore, mostBytes = 10_000) {
  const derive = vi.fn<typeof chain>(chain)
  const cache = new DerivedCache<{ readonly values: readonly number[] }>(store, mostBytes, () => 100)
  return { derive, find: async () => await cache.find('a', (rows) => derive(rows, 'a')) }
}

it('works out once for each change of what it rests on', async () => {
  const store = openMemory()
  await put(store, 'a', 1, 'b')
  await put(store, 'b', 2)
  const { derive, find } = cacheOf(store)
  const first = await find()
  expect(first.values).toEqual([1, 2])
  const getMany = vi.spyOn(store, 'getMany')
  expect(await find()).toBe(first)
  expect([derive.mock.calls.length, getMany.mock.calls.length]).toEqual([1, 0])
  await put(store, 'b', 3)
  expect((await find()).values).toEqual([1, 3])
  derive.mockClear()
  await put(store, 'c', 4)
  await find()
  expect(derive).not.toHaveBeenCalled()
  await put(store, 'a', 1, 'c')
  expect((await find()).values).toEqual([1, 4])
})

it('reads what is not at hand all at once', async () => {
  const near = openMemory()
  const far: OrderedStore = {
    get: async (key) => near.get(key),
    getMany: (keys) => near.getMany(keys),
    scan: (range) => near.scan(range),
    scanMany: (ranges) => near.scanMany(ranges),
    snapshot: () => near.snapshot(),
    commit: (change) => near.commit(change),
    [Symbol.asyncDispose]: () => near[Symbol.asyncDispose](),
  }
  await put(far, 'a', 1, 'b')
  await put(far, 'b', 2)
  const { find } = cacheOf(far)
  const first = await find()
  expect(await find()).toBe(first)
  const [get, getMany] = [vi.spyOn(far, 'get'), vi.spyOn(far, 'getMany')]
  expect(await find()).toBe(first)
  expect([get.mock.calls.length, getMany.mock.calls.length]).toEqual([0, 1])
  await put(far, 'b', 3)
  expect((await find()).values).toEqual([1, 3])
})

it('knows that what was not there is there now', async () => {
  const store = openMemory()
  const { find } = cacheOf(store)
  expect((await find()).values).toEqual([])
  await put(store, 'a', 1)
  const first = await find()
  expect(first.values).toEqual([1])
  const getMany = vi.spyOn(store, 'getMany')
  expect(await find()).toBe(first)
  expect(getMany).not.toHaveBeenCalled()
})

it('believes no mixture of two times', async () => {
  const store = openMemory()
  await put(store, 'a', 1, 'b')
  await put(store, 'b', 1)
  const cache = new DerivedCache<readonly number[]>(store, 10_000, () => 0)
  let interfered = false
  const values = await cache.find('a', async (rows) => {
    const first = await rows.get(table, 'a')
    if (!interfered) {
      interfered = true
      await put(store, 'a', 2, 'b')
      await put(store, 'b', 2)
    }
    const second = await rows.get(table, 'b')
    return [first?.value ?? 0, second?.value ?? 0]
  })
  expect(values).toEqual([2, 2])
})

it('works out again what it had no room for', async () => {
  const store = openMemory()
  await put(store, 'a', 1)
  const { derive, find } = cacheOf(store, 50)
  for (let time = 0; time < 3; time++) expect((await find()).values).toEqual([1])
  expect(derive).toHaveBeenCalledTimes(3)
})
