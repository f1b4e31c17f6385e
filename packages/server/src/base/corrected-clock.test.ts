import { expect, test } from 'vitest'
import { MovableClock } from './clock.ts'
import { CorrectedClock } from './corrected-clock.ts'

test('shows what the other machine has, and is set only where it is wrong', () => {
  const own = new MovableClock(new Date(100_000))
  const clock = new CorrectedClock(own)
  const shown = (): number => clock.now().getTime()
  expect(shown()).toBe(100_000)
  clock.correct(-20, 30)
  expect(shown()).toBe(100_000)
  clock.correct(4000, 4050)
  expect(shown()).toBe(104_000)
  clock.correct(3900, 4200)
  expect(shown()).toBe(104_000)
  clock.correct(-3000, -2990)
  expect(shown()).toBe(97_010)
  own.advance(5)
  expect(shown()).toBe(97_015)
})
