import { setImmediate } from 'node:timers'
import { beforeAll, expect, it } from 'vitest'
import { entriesOf, pagesOf } from './entries-of.ts'
import { openMemory } from './engines/memory.ts'
import { garbage as table } from './tables/tables.ts'
import { transact } from './transaction.ts'
import { readableRows } from './unreadable-rows.ts'

const store = openMemory()

beforeAll(() =>
  transact(store, async (transaction) => {
    for (let id = 0; id < 10; id++) transaction.put(table, [String(id)], { kind: 'blob', id: String(id) })
  }),
)

async function turnsWhile(walk: () => Promise<void>): Promise<number> {
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  await walk()
  isOver = true
  return turns
}

async function countOf(items: AsyncIterable<unknown>): Promise<number> {
  let count = 0
  for await (const _ of items) count++
  return count
}

it.each([
  ['entriesOf', 10, () => entriesOf(store, table.range(), 2)],
  ['readableRows', 10, () => readableRows(store, table, table.range(), 2)],
  ['pagesOf', 5, () => pagesOf(store, table.range(), 2)],
])('%s: the event loop has a turn between pages', async (_name, items, walk) => {
  const turns = await turnsWhile(async () => expect(await countOf(walk())).toBe(items))
  expect(turns).toBeGreaterThanOrEqual(4)
})

it('reads what fits on a page within the turn', async () => {
  expect(await turnsWhile(async () => expect(await countOf(entriesOf(store, table.range()))).toBe(10))).toBe(
    0,
  )
})
