import { expect, it } from 'vitest'
import { accessRatios, observedTransitionAge, recommendedTransitionAge } from './access-ratios.ts'

/** Thirteen numbers, of which some are not zero. */
function byAge(given: Readonly<Record<number, number>>): number[] {
  return Array.from({ length: 13 }, (_, at) => given[at] ?? 0)
}

it('a ratio is what was read of a group and those that are older, for each byte that was there on average', () => {
  const ratios = accessRatios([
    { storedBytes: byAge({ 0: 100, 2: 50, 12: 160 }), retrievedBytes: byAge({ 0: 300, 12: 320 }) },
    { storedBytes: byAge({ 0: 300, 2: 50, 12: 160 }), retrievedBytes: byAge({ 2: 25 }) },
  ])
  expect(ratios).toEqual([325 / 250, 0.5, 0.5, ...Array.from({ length: 9 }, () => null), 2])
})

it('a record without the class counts as one with nothing', () => {
  const one = { storedBytes: byAge({ 0: 100 }), retrievedBytes: byAge({ 0: 50 }) }
  expect(accessRatios([undefined, one])[0]).toBe(1)
})

it.each([
  ['all that is older is read seldom', [3, 1, 0.9, 0.5, null], 30],
  ['even the youngest are', [0.2, 0.1], 0],
  ['one that is older is read often', [0.5, 0.5, 2, 0.1], 45],
  ['the oldest are read often', [0.1, 0.1, 1], undefined],
  ['there is nothing', [null, null], undefined],
])('the observed age where %s', (_, ratios, age) => {
  expect(observedTransitionAge([...ratios])).toBe(age)
})

const records = (...ages: (number | undefined)[]) => ages.map((transitionAge) => ({ transitionAge }))

it.each([
  [60, records(60, 60, 60, 60, 60, 60), 60],
  [60, records(45, 60, 60, 60, 60, 60, 60), 60],
  [15, records(15, 15, 15, 15, 15, 15), 30],
  [60, records(60, 60, 60, 60, 60), undefined],
  [60, records(60, 45, 60, 60, 60, 60), undefined],
  [undefined, records(...Array.from({ length: 6 }, () => undefined)), undefined],
])('of the observed age %s after %j is recommended %s', (age, before, recommended) => {
  expect(recommendedTransitionAge(age, before)).toBe(recommended)
})
