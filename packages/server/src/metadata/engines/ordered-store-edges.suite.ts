import { expect, test } from 'vitest'
import { InvariantViolation } from '../../base/assert.ts'
import { MAX_KEY_BYTES } from '../ordered-store.ts'
import { bytes, fill, type Open, put, scan, stampOf, valueOf, write } from './ordered-store-text.suite.ts'

export function testRaces(open: Open): void {
  test('of conflicting commits exactly one wins', async () => {
    await using store = await open()
    await fill(store, 'a')
    for (const key of ['a', 'new']) {
      const expected = [{ key: bytes(key), stamp: await stampOf(store, key) }]
      const racers = Array.from({ length: 20 }, (_, index) => String(index))
      const won = await Promise.all(
        racers.map((racer) => write(store, { expect: expected, put: [put(key, racer), put(`by ${racer}`)] })),
      )
      expect(won.filter(Boolean)).toHaveLength(1)
      expect(await valueOf(store, key)).toBe(racers[won.indexOf(true)])
      expect(await scan(store, 'by ', 'by z')).toEqual([`by ${won.indexOf(true)}`])
      await write(store, { remove: [bytes(`by ${won.indexOf(true)}`)] })
    }
  })

  test('commits that do not conflict all win beside one that fails', async () => {
    await using store = await open()
    const commits = Array.from({ length: 50 }, (_, index) =>
      write(store, {
        expect: [{ key: bytes(`key ${index}`), stamp: index === 25 ? 1 : undefined }],
        put: [put(`key ${index}`)],
      }),
    )
    expect((await Promise.all(commits)).map((won, index) => won === (index !== 25))).not.toContain(false)
    expect(await scan(store, '', 'z')).toHaveLength(49)
  })

  test('100 concurrent increments with retry reach 100', async () => {
    await using store = await open()
    const increment = async (): Promise<void> => {
      for (;;) {
        const entry = await store.get(bytes('count'))
        const next = Number(Buffer.from(entry?.value ?? []).toString()) + 1
        const expected = [{ key: bytes('count'), stamp: entry?.stamp }]
        if (await write(store, { expect: expected, put: [put('count', String(next))] })) return
      }
    }
    await Promise.all(Array.from({ length: 100 }, increment))
    expect(await valueOf(store, 'count')).toBe('100')
  })

  test('a read never sees half a commit', async () => {
    await using store = await open()
    const written = new AbortController()
    const writing = (async () => {
      for (let round = 0; round < 100; round++) {
        await write(store, { put: ['a', 'b', 'c'].map((key) => put(key, String(round))) })
      }
    })()
    const watching = (async () => {
      while (!written.signal.aborted) {
        const many = await store.getMany(['a', 'b', 'c'].map(bytes))
        const scanned = await store.scan({ start: bytes('a'), end: bytes('d'), limit: 5 })
        const values = new Set(many.map((entry) => entry && Buffer.from(entry.value).toString()))
        expect(values.size).toBe(1)
        expect(new Set(scanned.map(({ value }) => Buffer.from(value).toString())).size).toBeLessThanOrEqual(1)
        const ranges = ['a', 'b', 'c'].map((key) => ({ start: bytes(key), end: bytes(`${key}~`), limit: 1 }))
        const apart = (await store.scanMany(ranges)).flat()
        expect(new Set(apart.map(({ value }) => Buffer.from(value).toString())).size).toBeLessThanOrEqual(1)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    await writing
    written.abort()
    await watching
  })
}

export function testLimits(open: Open): void {
  test('the longest key works', async () => {
    await using store = await open()
    const key = Buffer.alloc(MAX_KEY_BYTES, 0xff)
    const nextToIt = Buffer.alloc(MAX_KEY_BYTES - 1, 0xff)
    const expected = [key, nextToIt].map((key) => ({ key, stamp: undefined }))
    const value = bytes('value')
    expect(
      await write(store, { expect: expected, put: [key, nextToIt].map((key) => ({ key, value })) }),
    ).toBe(true)
    expect(await store.scan({ start: nextToIt, end: key, limit: 5 })).toHaveLength(1)
    expect(await store.scan({ start: bytes(''), end: key, limit: 5, reverse: true })).toHaveLength(1)
    expect(await store.getMany([key, nextToIt])).toEqual([expect.anything(), expect.anything()])
    expect(await write(store, { remove: [key] })).toBe(true)
    expect(await store.get(key)).toBeUndefined()
  })

  test.each([
    ['empty', Buffer.alloc(0)],
    ['too long', Buffer.alloc(MAX_KEY_BYTES + 1, 0x61)],
  ])('a key that is %s is a broken invariant and changes nothing', async (_, key) => {
    await using store = await open()
    const good = put('good')
    await expect(store.get(key)).rejects.toThrow(InvariantViolation)
    await expect(store.getMany([good.key, key])).rejects.toThrow(InvariantViolation)
    await expect(write(store, { put: [good, { key, value: bytes('') }] })).rejects.toThrow(InvariantViolation)
    await expect(write(store, { put: [good], remove: [key] })).rejects.toThrow(InvariantViolation)
    await expect(write(store, { put: [good], expect: [{ key, stamp: 1 }] })).rejects.toThrow(
      InvariantViolation,
    )
    expect(await scan(store, '', 'z')).toEqual([])
    await fill(store, 'good')
  })

  test.each([-1, 0.5, Number.NaN])('a scan of %d entries is a broken invariant', async (limit) => {
    await using store = await open()
    await expect(scan(store, 'a', 'b', limit)).rejects.toThrow(InvariantViolation)
  })
}
