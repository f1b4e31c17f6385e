import { expect, test } from 'vitest'
import { openMemory } from './engines/memory.ts'
import type { OrderedStore } from './ordered-store.ts'
import { RowCache } from './row-cache.ts'
import { defineTable } from './table.ts'
import { transact } from './transaction.ts'

const table = defineTable<[name: string], { readonly value: number }>(250, 'cached rows of a test')

async function put(store: OrderedStore, name: string, value: number): Promise<void> {
  await transact(store, async (transaction) => transaction.put(table, [name], { value }))
}

test('a row is decoded once for each change, and is always the newest', async () => {
  const cache = new RowCache(table)
  const store = openMemory()
  expect(await cache.read(store, 'a')).toBeUndefined()
  await put(store, 'a', 1)
  const first = await cache.read(store, 'a')
  expect(first).toEqual({ value: 1 })
  expect(await cache.read(store, 'a')).toBe(first)
  await put(store, 'a', 2)
  expect(await cache.read(store, 'a')).toEqual({ value: 2 })
  await transact(store, async (transaction) => transaction.remove(table, 'a'))
  expect(await cache.read(store, 'a')).toBeUndefined()
})

test('stores do not see the rows of others, and more rows than are kept are all right', async () => {
  const cache = new RowCache(table)
  const [store, other] = [openMemory(), openMemory()]
  const names = Array.from({ length: 1100 }, (_, index) => `n${index}`)
  await transact(store, async (transaction) => {
    for (const [index, name] of names.entries()) transaction.put(table, [name], { value: index })
  })
  await put(other, 'n0', -1)
  for (const [index, name] of names.entries()) expect(await cache.read(store, name)).toEqual({ value: index })
  expect(await cache.read(store, 'n0')).toEqual({ value: 0 })
  expect(await cache.read(other, 'n0')).toEqual({ value: -1 })
})

test('transactions rely on rows that they read through it, and see what they wrote themselves', async () => {
  const cache = new RowCache(table)
  const store = openMemory()
  await put(store, 'a', 1)
  const known = await cache.read(store, 'a')
  const seen: unknown[] = []
  await transact(store, async (transaction) => {
    const row = await transaction.getThrough(cache, 'a')
    seen.push(row)
    if (seen.length === 1) await put(store, 'a', 2)
    transaction.put(table, ['a'], { value: (row?.value ?? 0) + 10 })
    expect(await transaction.getThrough(cache, 'a')).toEqual({ value: (row?.value ?? 0) + 10 })
  })
  expect(seen[0]).toBe(known)
  expect(seen).toEqual([{ value: 1 }, { value: 2 }])
  expect(await cache.read(store, 'a')).toEqual({ value: 12 })
})

test('rows whose names have the same hash are told apart', async () => {
  const cache = new RowCache(table)
  const store = openMemory()
  await put(store, 'Aa', 1)
  await put(store, 'BB', 2)
  for (let round = 0; round < 2; round++) {
    expect(await cache.read(store, 'Aa')).toEqual({ value: 1 })
    expect(await cache.read(store, 'BB')).toEqual({ value: 2 })
  }
})
