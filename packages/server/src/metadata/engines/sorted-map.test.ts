import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SortedMap } from './sorted-map.ts'

test('does what a sorted array does, through many splits and removals', () => {
  const step = fc.record({
    first: fc.nat(9000),
    count: fc.nat(3000),
    stride: fc.integer({ min: 1, max: 7 }),
    isRemoval: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), fc.nat(9999), (steps, from) => {
      const map = new SortedMap<number>()
      const model = new Map<string, number>()
      for (const { first, count, stride, isRemoval } of steps) {
        for (let index = 0; index < count; index++) {
          // A stride that is coprime to the range visits it out of order.
          const name = String((first + index * stride * 1009) % 10_000).padStart(4, '0')
          if (isRemoval) map.delete(name)
          else map.set(name, index)
          if (isRemoval) model.delete(name)
          else model.set(name, index)
        }
      }
      const start = String(from).padStart(4, '0')
      const rows = [...model]
        .map(([name, value]) => ({ name, value }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      expect([...map.ascending(start)]).toEqual(rows.filter(({ name }) => name >= start))
      expect([...map.descending(start)]).toEqual(rows.filter(({ name }) => name < start).toReversed())
      expect(rows.every(({ name, value }) => map.get(name) === value)).toBe(true)
      expect(map.get('absent')).toBeUndefined()
    }),
    { numRuns: 50 },
  )
})

test('many rows take no longer than a test may', () => {
  const map = new SortedMap<number>()
  for (let index = 0; index < 250_000; index++)
    map.set(String((index * 7919) % 250_000).padStart(6, '0'), index)
  let previous = ''
  let count = 0
  for (const { name } of map.ascending('')) {
    if (name <= previous) break
    previous = name
    count++
  }
  expect(count).toBe(250_000)
})
