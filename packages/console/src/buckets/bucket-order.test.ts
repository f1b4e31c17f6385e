import { expect, it } from 'vitest'
import { BY_NAME, chosen, type Order, ordered } from './bucket-order.ts'

const buckets = ['b', 'a', 'c'].map((name, index) => ({ name, created: new Date(index) }))
const usage = new Map([
  ['a', { objects: 1, bytes: 9, partBytes: 0 }],
  ['b', { objects: 5, bytes: 4, partBytes: 5 }],
])

const namesIn = (order: Order): string =>
  ordered(buckets, usage, order)
    .map(({ name }) => name)
    .join('')

it('orders buckets by any column, those that are alike by name', () => {
  expect(namesIn(BY_NAME)).toBe('abc')
  expect(namesIn({ by: 'size', falls: true })).toBe('abc')
  expect(namesIn({ by: 'size', falls: false })).toBe('cab')
  expect(namesIn({ by: 'objects', falls: true })).toBe('bac')
  expect(namesIn({ by: 'created', falls: true })).toBe('cab')
})

it('begins with the most, names at A, and turns round', () => {
  const bySize = chosen('size', BY_NAME)
  expect(bySize).toEqual({ by: 'size', falls: true })
  expect(chosen('size', bySize)).toEqual({ by: 'size', falls: false })
  expect(chosen('name', bySize)).toEqual(BY_NAME)
})
