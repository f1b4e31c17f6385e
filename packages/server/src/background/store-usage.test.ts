import { expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { openMemoryBlobs } from '../blobs/engines/memory.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { garbage } from '../metadata/tables/tables.ts'
import { transact } from '../metadata/transaction.ts'
import { UsageMeter } from './store-usage.ts'

const clock = new MovableClock()

async function meterOf(scanMilliseconds: () => number) {
  const store = openMemory()
  const slow = Object.create(store) as OrderedStore
  slow.scan = (range) => {
    if (Buffer.from(range.start).equals(garbage.range().start)) clock.advance(scanMilliseconds())
    return store.scan(range)
  }
  const add = (id: string) =>
    transact(store, async (transaction) => transaction.put(garbage, [id], { kind: 'blob', id }))
  slow.scanMany = (ranges) => store.scanMany(ranges)
  return { meter: new UsageMeter({ metadata: slow, blobs: openMemoryBlobs({ clock }) }, clock, 0), add }
}

it('measures again after 15 seconds', async () => {
  const { meter, add } = await meterOf(() => 0)
  expect((await meter.usage()).garbageRows).toBe(0)
  await add('a')
  clock.advance(14_999)
  expect((await meter.usage()).garbageRows).toBe(0)
  clock.advance(1)
  expect((await meter.usage()).garbageRows).toBe(1)
})

it('measures at most a twentieth of the time, and one measurement at a time', async () => {
  const { meter, add } = await meterOf(() => 3000)
  const first = meter.usage()
  expect(meter.usage()).toBe(first)
  await first
  await add('a')
  clock.advance(56_999)
  expect((await meter.usage()).garbageRows).toBe(0)
  clock.advance(1)
  expect((await meter.usage()).garbageRows).toBe(1)
})
