import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { FaultyStore } from './faulty.ts'
import { openMemory } from './memory.ts'
import { WatchedStore } from './watched.ts'

const change = { expect: [], put: [{ key: Buffer.of(1), value: Buffer.of(1) }], remove: [] }

function watched() {
  const clock = new MovableClock(new Date('2026-01-01'))
  const faulty = new FaultyStore(openMemory({ random: systemRandom }))
  const stuck: Date[] = []
  const onStuck = (): void => void stuck.push(clock.now())
  const store = new WatchedStore(faulty, { clock, timeoutMilliseconds: 60_000, onStuck })
  const seconds = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left--) {
      clock.advance(1000)
      await turn()
    }
  }
  return { clock, faulty, store, stuck, seconds }
}

it('tells once of a commit that has had no answer for a minute', async () => {
  const { faulty, store, stuck, seconds } = watched()
  const answer = Promise.withResolvers<void>()
  faulty.plan = { before: () => answer.promise }
  const commits = [store.commit(change), store.commit(change)]
  await seconds(59)
  expect(stuck).toEqual([])
  await seconds(16)
  expect(stuck).toHaveLength(1)
  await seconds(200)
  expect(stuck).toHaveLength(1)
  answer.resolve()
  expect(await Promise.all(commits)).toEqual([true, true])
})

it('is quiet while commits are answered, and when the clock is set', async () => {
  const { clock, store, stuck, seconds, faulty } = watched()
  for (let count = 0; count < 300; count++) {
    await store.commit(change)
    await seconds(1)
  }
  const answer = Promise.withResolvers<void>()
  faulty.plan = { before: () => answer.promise }
  const commit = store.commit(change)
  clock.advance(30 * 24 * 3_600_000)
  await turn()
  expect(stuck).toEqual([])
  answer.resolve()
  expect(await commit).toBe(true)
  await store[Symbol.asyncDispose]()
})
