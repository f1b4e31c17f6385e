import { expect, it } from 'vitest'
import { counters, countersUsed, withCounters } from './instrument.ts'

const source = `
function sign(number) {
  if (number < 0) return 'minus'
  else if (number > 0) return 'plus'
  const parity = (value) => value % 2 === 0 ? 'even' : 'odd'
  for (const _ of [1, 2, 3]) parity(_)
  switch (parity(number)) { case 'odd': return 'odd'; default: return number === 0 && 'zero' }
}
sign`

it('a module does what it did, and counts what it does', () => {
  const before = countersUsed()
  const text = withCounters(source)
  const used = countersUsed()
  Object.assign(globalThis, { fuzzCounters: counters })
  // oxlint-disable-next-line no-eval
  const sign = (0, eval)(text) as (number: number) => unknown
  expect([-5, 7, 0].map(sign)).toEqual(['minus', 'plus', 'zero'])
  expect(used - before).toBeGreaterThan(8)
  // These three numbers take every branch once at least, and ask four times whether one is odd.
  const counts = [...counters.subarray(before, used)]
  expect(Math.min(...counts)).toBe(1)
  expect(Math.max(...counts)).toBe(4)
})
