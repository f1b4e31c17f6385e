import { beforeEach, expect, it } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import { openMemory } from '../../metadata/engines/memory.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { readUsageHistory } from '../../metadata/read-usage-history.ts'
import type { BucketRow } from '../../metadata/tables/rows.ts'
import { buckets } from '../../metadata/tables/tables.ts'
import { USAGE_RINGS, usageSamples } from '../../metadata/tables/usage-history-tables.ts'
import { BASE_SHARE, usageShares } from '../../metadata/tables/usage-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { noUsage } from '../../metadata/usage-amounts.ts'
import { countOf } from '../store-usage.ts'
import { UsageHistoryWorker } from './usage-history-worker.ts'

const { stepMilliseconds: HOUR } = USAGE_RINGS.hour
let store: OrderedStore
let clock: MovableClock
let worker: UsageHistoryWorker

beforeEach(() => {
  store = openMemory()
  clock = new MovableClock(new Date('2026-11-28T00:30:00Z'))
  worker = new UsageHistoryWorker(store, clock)
})

const hold = (id: string, bytes: number, isWhole?: true) =>
  transact(store, async (transaction) => {
    const row = { id, ownerAccountId: '100000000001', createdMilliseconds: 0 } as BucketRow
    transaction.put(buckets, [`bucket-${id}`], row)
    transaction.put(usageShares, [id, ...BASE_SHARE], { ...noUsage(), bytes, isWhole })
  })

async function pass(): Promise<void> {
  while ((await worker.step()) === 'progressed');
}

const bytesOf = async (id: string, step: 'hour' | 'day') =>
  (await readUsageHistory(store, id, step, clock.now().getTime())).map(({ bytes }) => bytes)

it('notes what each bucket holds once an hour, and of a day what it held last', async () => {
  await hold('a', 1, true)
  await pass()
  await hold('a', 2, true)
  await pass()
  expect(await bytesOf('a', 'hour')).toEqual([1])
  clock.advance(HOUR)
  await pass()
  expect(await bytesOf('a', 'hour')).toEqual([1, 2])
  expect(await bytesOf('a', 'day')).toEqual([2])
  clock.advance(24 * HOUR)
  await hold('a', 3, true)
  await pass()
  expect(await bytesOf('a', 'day')).toEqual([2, 3])
})

it('keeps no more than its rings hold, and tells nothing that is older', async () => {
  await hold('a', 1, true)
  for (let hour = 0; hour < USAGE_RINGS.hour.size + 30; hour++) {
    clock.advance(HOUR)
    await pass()
  }
  expect((await bytesOf('a', 'hour')).length).toBe(USAGE_RINGS.hour.size)
  expect(await countOf(store, usageSamples.range('a', 'hour'))).toBe(USAGE_RINGS.hour.size)
  clock.advance(HOUR * USAGE_RINGS.hour.size)
  expect(await bytesOf('a', 'hour')).toEqual([])
  expect((await bytesOf('a', 'day')).length).toBeGreaterThan(7)
})

it('passes over what is not counted yet, and forgets buckets that are gone', async () => {
  await hold('a', 1, true)
  await hold('b', 7)
  await pass()
  expect(await bytesOf('b', 'hour')).toEqual([])
  await transact(store, async (transaction) => transaction.remove(buckets, 'bucket-a'))
  clock.advance(HOUR)
  await pass()
  expect(await countOf(store, usageSamples.range())).toBe(0)
})

it('goes on where it was after a restart, in steps of so many buckets', async () => {
  for (let index = 100; index < 350; index++) await hold(String(index), index, true)
  expect(await worker.step()).toBe('progressed')
  worker = new UsageHistoryWorker(store, clock)
  expect(await worker.step()).toBe('progressed')
  expect(await worker.step()).toBe('idle')
  expect(await countOf(store, usageSamples.range())).toBe(500)
  expect(worker.status()).toEqual({ done: 150, at: undefined })
  expect(await worker.step()).toBe('idle')
  expect(worker.status().done).toBe(150)
})
