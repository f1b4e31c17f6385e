import { describe, expect, test } from 'vitest'
import { InvariantViolation } from '../../base/assert.ts'
import { type Change, type Entry, MAX_KEY_BYTES, type OrderedStore, type Put } from '../ordered-store.ts'
import { testAgainstModel } from './ordered-store-model.suite.ts'

/** What every ordered store must do. `open` gives a new, empty one. */
export function runOrderedStoreSuite(name: string, open: () => Promise<OrderedStore>): void {
  describe(`ordered store: ${name}`, () => {
    testReads(open)
    testScans(open)
    testCommits(open)
    testStamps(open)
    testRaces(open)
    testLimits(open)
    testAgainstModel(open)
  })
}

type Open = () => Promise<OrderedStore>

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

function put(key: string, value = ''): Put {
  return { key: bytes(key), value: bytes(value) }
}

async function write(store: OrderedStore, change: Partial<Change>): Promise<boolean> {
  return store.commit({ expect: [], put: [], remove: [], ...change })
}

async function fill(store: OrderedStore, ...keys: string[]): Promise<void> {
  expect(await write(store, { put: keys.map((key) => put(key, `value of ${key}`)) })).toBe(true)
}

async function valueOf(store: OrderedStore, key: string): Promise<string | undefined> {
  const entry = await store.get(bytes(key))
  return entry && Buffer.from(entry.value).toString('latin1')
}

async function stampOf(store: OrderedStore, key: string): Promise<number | undefined> {
  return (await store.get(bytes(key)))?.stamp
}

function keysOf(entries: readonly Entry[]): string[] {
  return entries.map(({ key }) => Buffer.from(key).toString('latin1'))
}

async function scan(store: OrderedStore, start: string, end: string, limit = 1000): Promise<string[]> {
  return keysOf(await store.scan({ start: bytes(start), end: bytes(end), limit }))
}

async function scanDown(store: OrderedStore, start: string, end: string, limit = 1000): Promise<string[]> {
  return keysOf(await store.scan({ start: bytes(start), end: bytes(end), limit, reverse: true }))
}

function testReads(open: Open): void {
  test('an absent key is undefined', async () => {
    await using store = await open()
    await fill(store, 'b')
    expect(await store.get(bytes('a'))).toBeUndefined()
    expect(await store.get(bytes('b\0'))).toBeUndefined()
  })

  test('an entry has its key, value and stamp', async () => {
    await using store = await open()
    await write(store, { put: [put('key', 'one')] })
    const entry = await store.get(bytes('key'))
    expect(Buffer.from(entry?.key ?? [])).toEqual(bytes('key'))
    expect(Buffer.from(entry?.value ?? [])).toEqual(bytes('one'))
    expect(entry?.stamp).toEqual(expect.any(Number))
  })

  test('getMany answers in order, with repeats and gaps', async () => {
    await using store = await open()
    await fill(store, 'a', 'c')
    const entries = await store.getMany(['c', 'b', 'a', 'c'].map(bytes))
    expect(entries.map((entry) => entry && Buffer.from(entry.value).toString())).toEqual([
      'value of c',
      undefined,
      'value of a',
      'value of c',
    ])
    expect(await store.getMany([])).toEqual([])
  })

  test.each([
    ['empty', 0],
    ['of one byte', 1],
    ['of 1 MiB', 2 ** 20],
  ])('a value %s comes back as it was', async (_, sizeBytes) => {
    await using store = await open()
    const value = Buffer.alloc(sizeBytes, 'all bytes \0\u00ff', 'latin1')
    await write(store, { put: [{ key: bytes('key'), value }] })
    const entry = await store.get(bytes('key'))
    const [scanned] = await store.scan({ start: bytes(''), end: bytes('z'), limit: 1 })
    expect(Buffer.compare(entry?.value ?? bytes('none'), value)).toBe(0)
    expect(Buffer.compare(scanned?.value ?? bytes('none'), value)).toBe(0)
  })

  test('what was read stays as it was', async () => {
    await using store = await open()
    await fill(store, 'a', 'b')
    const entry = await store.get(bytes('a'))
    const scanned = await store.scan({ start: bytes(''), end: bytes('z'), limit: 10 })
    for (let round = 0; round < 20; round++) {
      await write(store, { put: [put('a', `newer ${round}`), put('b', 'x'.repeat(round * 100))] })
      await store.getMany([bytes('a'), bytes('b')])
    }
    expect(Buffer.from(entry?.value ?? []).toString()).toBe('value of a')
    expect(scanned.map(({ value }) => Buffer.from(value).toString())).toEqual(['value of a', 'value of b'])
    expect(keysOf(scanned)).toEqual(['a', 'b'])
  })

  test('what was read belongs to the caller, what was written to the store', async () => {
    await using store = await open()
    const written = put('key', 'value')
    await write(store, { put: [written] })
    written.value.fill(0)
    written.key.fill(0)
    const entry = await store.get(bytes('key'))
    expect(Buffer.from(entry?.value ?? []).toString()).toBe('value')
    entry?.value.fill(0)
    for (const { key, value } of await store.scan({ start: bytes(''), end: bytes('z'), limit: 1 })) {
      key.fill(0)
      value.fill(0)
    }
    expect(await valueOf(store, 'key')).toBe('value')
  })
}

function testScans(open: Open): void {
  const KEYS = [
    '\0',
    '\0\0',
    'a',
    'a\0',
    'a\u007f',
    'a\u0080',
    'a\u00ff',
    'a\u00ff\u00ff',
    'b',
    'ba',
    '\u00ff',
  ]

  test('keys sort by unsigned bytes, a beginning before what goes on from it', async () => {
    await using store = await open()
    await fill(store, ...KEYS.toReversed())
    expect(await scan(store, '', '\u00ff\u00ff')).toEqual(KEYS)
    expect(await scanDown(store, '', '\u00ff\u00ff')).toEqual(KEYS.toReversed())
  })

  test('the start is inclusive and the end exclusive, both ways', async () => {
    await using store = await open()
    await fill(store, 'a', 'b', 'c', 'd')
    expect(await scan(store, 'b', 'd')).toEqual(['b', 'c'])
    expect(await scanDown(store, 'b', 'd')).toEqual(['c', 'b'])
    expect(await scan(store, 'aa', 'cc')).toEqual(['b', 'c'])
    expect(await scanDown(store, 'aa', 'cc')).toEqual(['c', 'b'])
  })

  test('the limit cuts at the end that is reached last', async () => {
    await using store = await open()
    await fill(store, 'a', 'b', 'c', 'd')
    expect(await scan(store, 'a', 'z', 2)).toEqual(['a', 'b'])
    expect(await scanDown(store, 'a', 'z', 2)).toEqual(['d', 'c'])
    expect(await scan(store, 'a', 'z', 4)).toHaveLength(4)
    expect(await scan(store, 'a', 'z', 0)).toEqual([])
  })

  test.each([
    ['a', 'a'],
    ['b', 'a'],
    ['', ''],
    ['bb', 'c'],
    ['x', 'z'],
    ['', 'a'],
  ])('from %j to %j there is nothing', async (start, end) => {
    await using store = await open()
    await fill(store, 'a', 'b', 'c')
    expect(await scan(store, start, end)).toEqual([])
    expect(await scanDown(store, start, end)).toEqual([])
  })

  test('an empty store has nothing', async () => {
    await using store = await open()
    expect(await scan(store, '', 'z')).toEqual([])
    expect(await scanDown(store, '', 'z')).toEqual([])
  })

  test('a scan gives the entries that get gives', async () => {
    await using store = await open()
    await fill(store, 'a', 'b')
    const scanned = await store.scan({ start: bytes('a'), end: bytes('c'), limit: 5 })
    const got = await store.getMany([bytes('a'), bytes('b')])
    expect(scanned.map(({ stamp }) => stamp)).toEqual(got.map((entry) => entry?.stamp))
    expect(scanned.map(({ value }) => Buffer.from(value))).toEqual(
      got.map((entry) => Buffer.from(entry?.value ?? [])),
    )
  })

  test('many entries come in order, in pages too', async () => {
    await using store = await open()
    const keys = Array.from({ length: 3000 }, (_, index) => String(index * 7919 + 1e8))
    await fill(store, ...keys.toSorted(() => 0).toReversed())
    expect(await scan(store, '', 'z', 5000)).toEqual(keys.toSorted())
    const paged: string[] = []
    for (let page = await scan(store, '', 'z', 700); page.length > 0;) {
      paged.push(...page)
      page = await scan(store, `${page.at(-1)}\0`, 'z', 700)
    }
    expect(paged).toEqual(keys.toSorted())
  })
}

function testCommits(open: Open): void {
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

function testStamps(open: Open): void {
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

function testRaces(open: Open): void {
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
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    await writing
    written.abort()
    await watching
  })
}

function testLimits(open: Open): void {
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
