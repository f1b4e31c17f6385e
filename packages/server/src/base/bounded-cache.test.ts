import { describe, expect, it } from 'vitest'
import { BoundedCache } from './bounded-cache.ts'

/** Room for `count` values of `sizeBytes` under names of one letter. */
function roomFor(count: number, sizeBytes: number): BoundedCache<number> {
  return new BoundedCache<number>(count * (sizeBytes + 128 + 1))
}

describe('BoundedCache', () => {
  it('keeps what fits, and what was used last', () => {
    const cache = roomFor(2, 1000)
    cache.set('a', 1, 1000)
    cache.set('b', 2, 1000)
    expect(cache.get('a')).toBe(1)
    cache.set('c', 3, 1000)
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3])
  })

  it('lets as many go as a large one takes the place of', () => {
    const cache = roomFor(4, 1000)
    for (const name of 'abcd') cache.set(name, 0, 1000)
    cache.set('e', 1, 2500)
    expect(cache.count).toBe(2)
    expect(cache.get('d')).toBe(0)
    expect(cache.get('e')).toBe(1)
  })

  it('does not keep what is larger than itself, nor what it replaces', () => {
    const cache = roomFor(2, 1000)
    cache.set('a', 1, 1000)
    cache.set('a', 2, 10_000)
    expect(cache.get('a')).toBeUndefined()
    expect(cache.sizeBytes).toBe(0)
  })

  it('counts what is replaced and deleted once', () => {
    const cache = roomFor(2, 1000)
    for (let times = 0; times < 10; times++) cache.set('a', times, 1000)
    expect(cache.sizeBytes).toBe(1129)
    cache.delete('a')
    cache.delete('a')
    expect([cache.sizeBytes, cache.count]).toEqual([0, 0])
  })

  it('never exceeds its size, whatever comes', () => {
    const cache = new BoundedCache<number>(100_000)
    for (let index = 0; index < 10_000; index++) {
      cache.set(`${(index * 7919) % 400}`, index, (index * 104_729) % 30_000)
      expect(cache.sizeBytes).toBeLessThanOrEqual(100_000)
    }
    expect(cache.count).toBeGreaterThan(1)
  })
})
