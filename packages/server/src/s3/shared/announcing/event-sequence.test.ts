import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { MovableClock } from '../../../base/clock.ts'
import { EventSequence } from './event-sequence.ts'

it('only grows, however the clock moves', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -10_000, max: 10_000 })), (moves) => {
      const clock = new MovableClock(new Date('2030-01-01'))
      const sequence = new EventSequence(clock)
      const drawn = moves.map((milliseconds) => {
        clock.set(new Date(clock.now().getTime() + milliseconds))
        return sequence.next()
      })
      expect(drawn.toSorted()).toEqual(drawn)
      expect(new Set(drawn).size).toBe(drawn.length)
    }),
  )
})

it('tells the time, so that it goes on after a restart', () => {
  const clock = new MovableClock(new Date('2030-01-01'))
  const before = new EventSequence(clock).next()
  clock.advance(1)
  expect([before, new EventSequence(clock).next() > before]).toEqual(['01B8DAC5B4000000', true])
})
