import { expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { systemRandom as random } from '../base/random.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import { serverProcesses } from '../metadata/tables/worker-tables.ts'
import { transact } from '../metadata/transaction.ts'
import { hasServers } from './process-presence.ts'
import { openProcesses } from './processes.ts'

const TIMEOUT_MILLISECONDS = 30_000
const START = new Date('2030-06-01T12:00:00Z')

/** A process whose clock was ahead by so much ended without a word. */
async function afterDeath(aheadMilliseconds: number) {
  const metadata = openMemory({ random })
  const clock = new MovableClock(START)
  const aliveUntilMilliseconds = START.getTime() + aheadMilliseconds + TIMEOUT_MILLISECONDS
  await transact(metadata, async (transaction) =>
    transaction.put(serverProcesses, ['dead'], {
      startedMilliseconds: START.getTime() + aheadMilliseconds,
      aliveUntilMilliseconds,
    }),
  )
  const shared = { metadata, random, log: silentLog, timeoutMilliseconds: TIMEOUT_MILLISECONDS }
  const isServed = () => hasServers(metadata, clock, TIMEOUT_MILLISECONDS)
  return { metadata, clock, isServed, presence: openProcesses({ ...shared, clock }).presence }
}

it('a process that died while the clock was hours ahead counts as dead at once, and is forgotten', async () => {
  const { metadata, isServed, presence } = await afterDeath(2 * 3_600_000)
  expect(await isServed()).toBe(false)
  expect(await presence.others()).toEqual(new Set())
  expect(await metadata.scan({ ...serverProcesses.range(), limit: 2 })).toEqual([])
})

it('a process whose clock is a little ahead counts as alive, and as dead once its time is over', async () => {
  const { clock, isServed, presence } = await afterDeath(20_000)
  expect(await isServed()).toBe(true)
  expect(await presence.others()).toEqual(new Set(['dead']))
  clock.advance(20_000 + 2 * TIMEOUT_MILLISECONDS)
  expect(await isServed()).toBe(false)
  expect(await presence.others()).toEqual(new Set())
})

it('a process that lives while the clock is set back counts as alive again when it has said so', async () => {
  const { metadata, clock } = await afterDeath(0)
  const shared = { metadata, random, log: silentLog, timeoutMilliseconds: TIMEOUT_MILLISECONDS, clock }
  const [one, other] = [openProcesses(shared).presence, openProcesses(shared).presence]
  await one.start()
  // Set back by an hour, and then on until its next word is due.
  clock.set(new Date(START.getTime() - 3_600_000))
  expect(await other.others()).toEqual(new Set())
  clock.set(new Date(START.getTime() - 3_600_000 + TIMEOUT_MILLISECONDS))
  await one.start()
  expect(await other.others()).toEqual(new Set([one.processId]))
  await one.stop()
})
