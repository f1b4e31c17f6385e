import { expect, it } from 'vitest'
import { type Clock, MovableClock } from './clock.ts'
import { endsWithin, valueWithin } from './ends-within.ts'

it('gives what work comes to in time, and waits for no clock then', async () => {
  let isAborted = false
  const clock = new MovableClock()
  const watched: Pick<Clock, 'sleep'> = {
    sleep: (milliseconds, signal) => {
      signal?.addEventListener('abort', () => (isAborted = true))
      return clock.sleep(milliseconds, signal)
    },
  }
  const all: Clock = Object.assign(Object.create(clock) as Clock, watched)
  expect(await valueWithin(1000, all, Promise.resolve('done'), 'late')).toBe('done')
  expect(isAborted).toBe(true)
  expect(await endsWithin(1000, clock, Promise.resolve())).toBe(true)
})

it('tells that work is late, and what it throws afterwards is nobody’s', async () => {
  const clock = new MovableClock()
  const work = Promise.withResolvers<string>()
  const value = valueWithin(1000, clock, work.promise, 'late')
  const isOver = endsWithin(1000, clock, work.promise)
  clock.advance(1000)
  expect(await value).toBe('late')
  expect(await isOver).toBe(false)
  work.reject(new Error('too late'))
})

it('throws what work throws in time', async () => {
  const failing = (): Promise<never> => Promise.reject(new Error('broken'))
  await expect(endsWithin(1000, new MovableClock(), failing())).rejects.toThrow('broken')
  await expect(valueWithin(1000, new MovableClock(), failing(), 0)).rejects.toThrow('broken')
})
