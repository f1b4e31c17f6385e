import { expect, test } from 'vitest'
import { InvariantViolation } from '../../base/assert.ts'
import { bytes, fill, type Open, put, scan, stampOf, valueOf, write } from './ordered-store-text.suite.ts'

export function testCommits(open: Open): void {
  test('a commit puts and removes, and the next read sees it', async () => {
    await using store = await open()
    await fill(store, 'a', 'b')
    expect(await write(store, { put: [put('c', '3'), put('a', '1')], remove: [bytes('b')] })).toBe(true)
    expect(await scan(store, '', 'z')).toEqual(['a', 'c'])
    expect(await valueOf(store, 'a')).toBe('1')
  })

  test('puts come before removals', async () => {
    await using store = await open()
    expect(await write(store, { put: [put('a')], remove: [bytes('a')] })).toBe(true)
    expect(await scan(store, '', 'z')).toEqual([])
  })

  test('removing what is absent does nothing', async () => {
    await using store = await open()
    expect(await write(store, { remove: [bytes('a')], put: [put('b')] })).toBe(true)
    expect(await scan(store, '', 'z')).toEqual(['b'])
  })

  test('a change without writes only checks', async () => {
    await using store = await open()
    await fill(store, 'a')
    expect(await write(store, {})).toBe(true)
    expect(await write(store, { expect: [{ key: bytes('b'), stamp: undefined }] })).toBe(true)
    expect(await write(store, { expect: [{ key: bytes('a'), stamp: undefined }] })).toBe(false)
  })

  test('an expected absence holds only while the key is absent', async () => {
    await using store = await open()
    const expected = [{ key: bytes('a'), stamp: undefined }]
    expect(await write(store, { expect: expected, put: [put('a', '1')] })).toBe(true)
    expect(await write(store, { expect: expected, put: [put('a', '2')] })).toBe(false)
    expect(await valueOf(store, 'a')).toBe('1')
  })

  test('an expected stamp holds only while the entry is as it was', async () => {
    await using store = await open()
    await fill(store, 'a')
    const expected = [{ key: bytes('a'), stamp: await stampOf(store, 'a') }]
    expect(await write(store, { expect: expected, put: [put('a', '1')] })).toBe(true)
    expect(await write(store, { expect: expected, put: [put('a', '2')] })).toBe(false)
    expect(await write(store, { expect: expected, remove: [bytes('a')] })).toBe(false)
    expect(await valueOf(store, 'a')).toBe('1')
  })

  test('thousands of expectations hold together or not at all', async () => {
    await using store = await open()
    const names = Array.from({ length: 12_000 }, (_, index) => `k${String(index).padStart(5, '0')}`)
    await fill(store, ...names)
    const { start, end } = { start: bytes('k'), end: bytes('l') }
    const entries = await store.scan({ start, end, limit: names.length })
    const expected = entries.map(({ key, stamp }) => ({ key, stamp }))
    expect(await write(store, { expect: expected, put: [put('a', '1')] })).toBe(true)
    await write(store, { put: [put(names[11_000] ?? '')] })
    expect(await write(store, { expect: expected, put: [put('a', '2')] })).toBe(false)
    expect(await valueOf(store, 'a')).toBe('1')
  })

  test('a stamp does not hold for a key that is gone', async () => {
    await using store = await open()
    await fill(store, 'a')
    const expected = [{ key: bytes('a'), stamp: await stampOf(store, 'a') }]
    await write(store, { remove: [bytes('a')] })
    expect(await write(store, { expect: expected, put: [put('a')] })).toBe(false)
    expect(await scan(store, '', 'z')).toEqual([])
  })

  // Wherever the failing one stands, and whatever kind the others are.
  test.each([0, 1, 2, 3, 4])(
    'one of five expectations that fails (%i) stops the whole change',
    async (failing) => {
      await using store = await open()
      await fill(store, 'a', 'c')
      const expected = await Promise.all(
        ['a', 'b', 'c', 'd', 'e'].map(async (key) => ({ key: bytes(key), stamp: await stampOf(store, key) })),
      )
      const wrong = expected.map(({ key, stamp }, index) =>
        index === failing ? { key, stamp: stamp === undefined ? 1 : undefined } : { key, stamp },
      )
      const change = { put: [put('b'), put('x')], remove: [bytes('a')] }
      expect(await write(store, { ...change, expect: wrong })).toBe(false)
      expect(await scan(store, '', 'z')).toEqual(['a', 'c'])
      expect(await write(store, { ...change, expect: expected })).toBe(true)
      expect(await scan(store, '', 'z')).toEqual(['b', 'c', 'x'])
    },
  )

  test('a change may be large', async () => {
    await using store = await open()
    const keys = Array.from({ length: 2000 }, (_, index) => `key ${index}`)
    const expected = keys.map((key) => ({ key: bytes(key), stamp: undefined }))
    expect(await write(store, { expect: expected, put: keys.map((key) => put(key, 'v'.repeat(500))) })).toBe(
      true,
    )
    expect(await scan(store, '', 'z', 5000)).toHaveLength(2000)
    expect(await write(store, { expect: expected.slice(-1), remove: keys.map(bytes) })).toBe(false)
    expect(await write(store, { remove: keys.map(bytes) })).toBe(true)
    expect(await scan(store, '', 'z')).toEqual([])
  })

  test('disposal waits for commits under way', async () => {
    const store = await open()
    const commits = Array.from({ length: 20 }, (_, index) => write(store, { put: [put(`key ${index}`)] }))
    await store[Symbol.asyncDispose]()
    expect(await Promise.all(commits)).toEqual(commits.map(() => true))
  })

  test('a store that is closed is not used', async () => {
    const store = await open()
    await store[Symbol.asyncDispose]()
    await store[Symbol.asyncDispose]()
    await expect(store.get(bytes('a'))).rejects.toThrow(InvariantViolation)
    await expect(store.getMany([bytes('a')])).rejects.toThrow(InvariantViolation)
    await expect(scan(store, 'a', 'b')).rejects.toThrow(InvariantViolation)
    await expect(write(store, { put: [put('a')] })).rejects.toThrow(InvariantViolation)
  })
}

export function testStamps(open: Open): void {
  test('a stamp changes when the same value is written again, and does not when it is read', async () => {
    await using store = await open()
    await fill(store, 'a')
    const first = await stampOf(store, 'a')
    expect(await stampOf(store, 'a')).toBe(first)
    await fill(store, 'b')
    expect(await stampOf(store, 'a')).toBe(first)
    await fill(store, 'a')
    expect(await stampOf(store, 'a')).not.toBe(first)
  })

  test('a stamp does not come back with a removed key', async () => {
    await using store = await open()
    const seen = new Set<number | undefined>()
    for (let round = 0; round < 50; round++) {
      await fill(store, 'a')
      seen.add(await stampOf(store, 'a'))
      await write(store, { remove: [bytes('a')] })
    }
    expect(seen.size).toBe(50)
    await fill(store, 'a')
    for (const stamp of seen) expect(await write(store, { expect: [{ key: bytes('a'), stamp }] })).toBe(false)
  })
}
