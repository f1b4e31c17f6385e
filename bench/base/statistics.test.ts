import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { median, pairedRatio, spread } from './statistics.ts'

describe('median', () => {
  test('of odd, even and no values', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(median([7])).toBe(7)
    expect(median([])).toBeNaN()
  })

  test('leaves its input alone and has as many values below as above', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const before = [...values]
        const middle = median(values)
        expect(values).toEqual(before)
        const below = values.filter((value) => value < middle).length
        const above = values.filter((value) => value > middle).length
        expect(below).toBe(above === below ? above : below)
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2)
      }),
    )
  })
})

test('a spread has the outermost values', () => {
  expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 })
})

test('a ratio is taken round by round, so one slow round of both does not count', () => {
  expect(pairedRatio([50, 5, 52], [100, 10, 104])).toBe(0.5)
})
