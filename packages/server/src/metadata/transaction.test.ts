import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openMemory } from './engines/memory.ts'
import { type OrderedStore, usingReserve } from './ordered-store.ts'
import { defineTable } from './table.ts'
import { readRow, transact } from './transaction.ts'

const table = defineTable<[place: string], { readonly text: string }>(249, 'rows of a test of transactions')

/** A row at one place, and what moves it to another. */
async function storeWithRow() {
  const store = openMemory()
  await transact(store, async (transaction) => transaction.put(table, ['newest'], { text: 'moved' }))
  const move = () =>
    transact(store, async (transaction) => {
      const row = await transaction.get(table, 'newest')
      if (row) transaction.put(table, ['older'], row)
      transaction.remove(table, 'newest')
    })
  return { store, move }
}

test('a row that moves while a transaction reads is not missed, though nothing is written', async () => {
  const { store, move } = await storeWithRow()
  let tries = 0
  const found = await transact(store, async (transaction) => {
    const older = await transaction.get(table, 'older')
    if (tries++ === 0) await move()
    return older ?? (await transaction.get(table, 'newest'))
  })
  expect([found?.text, tries]).toEqual(['moved', 2])
})

test('what a body throws for a row that moved meanwhile is not believed', async () => {
  const { store, move } = await storeWithRow()
  let tries = 0
  const find = (place: string) =>
    transact(store, async (transaction) => {
      const older = await transaction.get(table, 'older')
      if (tries++ === 0) await move()
      const found = older ?? (await transaction.get(table, place))
      if (!found) throw new Error('there is no such row')
      transaction.put(table, ['seen'], found)
      return found.text
    })
  expect([await find('newest'), tries]).toEqual(['moved', 2])
  await transact(store, async (transaction) => transaction.remove(table, 'older'))
  await expect(find('nowhere')).rejects.toThrow('no such row')
  expect(tries).toBe(3)
})

test('a transaction that only reads is not repeated where nothing has changed', async () => {
  const store = openMemory()
  let tries = 0
  const found = await transact(store, async (transaction) => {
    tries++
    return [await transaction.get(table, 'one'), await transaction.get(table, 'other')]
  })
  expect([found, tries]).toEqual([[undefined, undefined], 1])
})

test('many that change one row at once take turns: none tries again at each commit of the others', async () => {
  const memory = openMemory()
  const store: OrderedStore = {
    ...usingReserve(memory),
    // As over a network: all who have read by now come too late.
    commit: async (change) => {
      await nextTurn()
      return memory.commit(change)
    },
  }
  let tries = 0
  const add = (letter: string) =>
    transact(store, async (transaction) => {
      tries++
      const row = await transaction.get(table, 'one')
      await nextTurn()
      transaction.put(table, ['one'], { text: (row?.text ?? '') + letter })
    })
  const letters = Array.from({ length: 40 }, (_, at) => String.fromCharCode(65 + at))
  await Promise.all(letters.map(add))
  const row = await readRow(store, table, 'one')
  expect((row?.text ?? '').split('').toSorted()).toEqual(letters)
  expect(tries).toBeLessThan(letters.length * 2)
})
