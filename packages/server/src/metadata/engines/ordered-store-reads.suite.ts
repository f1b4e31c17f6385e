import { expect, test } from 'vitest'
import {
  bytes,
  fill,
  keysOf,
  type Open,
  put,
  scan,
  scanDown,
  valueOf,
  write,
} from './ordered-store-text.suite.ts'

export function testReads(open: Open): void {
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

  test('isAsRead knows what was put, removed and put again since', async () => {
    await using store = await open()
    await fill(store, 'a', 'b')
    const read = async (...keys: string[]) =>
      Promise.all(keys.map(async (key) => ({ key: bytes(key), stamp: (await store.get(bytes(key)))?.stamp })))
    const [before, absent] = [await read('a', 'b'), await read('a', 'c')]
    // An engine that cannot tell says so.
    const tells = (reads: typeof before, truth: boolean) =>
      expect([truth, undefined]).toContain(store.isAsRead?.(reads))
    tells(before, true)
    tells(absent, true)
    tells([], true)
    await write(store, { put: [put('b', 'another')] })
    tells(before, false)
    tells(absent, true)
    await write(store, { put: [put('c', 'there now')] })
    tells(absent, false)
    const now = await read('a', 'b', 'c')
    tells(now, true)
    await write(store, { remove: [bytes('c')] })
    tells(now, false)
    tells(now.slice(0, 2), true)
  })

  test('scanMany answers each range, in order, with empty ones and repeats', async () => {
    await using store = await open()
    await fill(store, 'a', 'b', 'c', 'd')
    const range = (start: string, end: string, limit = 10, reverse = false) => ({
      start: bytes(start),
      end: bytes(end),
      limit,
      reverse,
    })
    const found = await store.scanMany([
      range('c', 'z'),
      range('a', 'c'),
      range('c', 'a'),
      range('a', 'z', 0),
      range('a', 'd', 2, true),
      range('a', 'c'),
    ])
    expect(found.map(keysOf)).toEqual([['c', 'd'], ['a', 'b'], [], [], ['c', 'b'], ['a', 'b']])
    expect(await store.scanMany([])).toEqual([])
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

export function testScans(open: Open): void {
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

  test('of each group one key is returned, without its value', async () => {
    await using store = await open()
    await fill(
      store,
      'a',
      'a/b',
      'a/c',
      'a/d/e',
      'b',
      'b/c',
      'c',
      'd\0/e',
      'e\u00ff',
      'e\u00ff/',
      'e\u00ff/\u00ff',
    )
    const grouped = async (start: string, limit: number, from = 0, mark = '/') =>
      (
        await store.scan({
          start: bytes(start),
          end: bytes('\u00ff\u00ff'),
          limit,
          grouping: { from, mark: bytes(mark) },
        })
      ).map(
        ({ key, value }) => `${Buffer.from(key).toString('latin1')}=${Buffer.from(value).toString('latin1')}`,
      )
    const entry = (key: string): string => `${key}=value of ${key}`
    const all = [
      entry('a'),
      'a/b=',
      entry('b'),
      'b/c=',
      entry('c'),
      entry('d\0/e'),
      entry('e\u00ff'),
      'e\u00ff/=',
    ]
    expect(await grouped('', 100)).toEqual(all)
    for (let limit = 0; limit < all.length; limit++)
      expect(await grouped('', limit)).toEqual(all.slice(0, limit))
    expect(await grouped('a/c', 2)).toEqual(['a/c=', entry('b')])
    expect(await grouped('a/', 3, 2)).toEqual([entry('a/b'), entry('a/c'), 'a/d/e='])
    expect(await grouped('e', 3, 0, '\u00ff')).toEqual(['e\u00ff='])
    expect(await grouped('e', 3, 0, '\u00ff/')).toEqual([entry('e\u00ff'), 'e\u00ff/='])
    expect(await grouped('e', 3, 0, '\u00ff/\u00ff')).toEqual([
      entry('e\u00ff'),
      entry('e\u00ff/'),
      'e\u00ff/\u00ff=',
    ])
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

export function testSnapshots(open: Open): void {
  const everything = { start: bytes(''), end: bytes('z'), limit: 10 }

  test('a snapshot sees the moment it was taken at, whatever is written after', async () => {
    await using store = await open()
    await fill(store, 'a', 'b')
    const before = await store.scan(everything)
    await using snapshot = await store.snapshot()
    await write(store, { put: [put('a', 'newer'), put('c', 'new')], remove: [bytes('b')] })
    for (let round = 0; round < 3; round++) {
      expect(await snapshot.scan(everything)).toEqual(before)
      await write(store, { put: [put('a', `newer ${round}`)] })
    }
    await using later = await store.snapshot()
    expect(keysOf(await later.scan(everything))).toEqual(['a', 'c'])
  })

  test('a snapshot scans a part, or the keys alone', async () => {
    await using store = await open()
    await fill(store, 'a', 'b', 'c', 'd')
    await using snapshot = await store.snapshot()
    expect(keysOf(await snapshot.scan({ start: bytes('b'), end: bytes('d'), limit: 9 }))).toEqual(['b', 'c'])
    expect(keysOf(await snapshot.scan({ ...everything, limit: 2 }))).toEqual(['a', 'b'])
    expect(await snapshot.scan({ ...everything, limit: 0 })).toEqual([])
    expect(await snapshot.scan({ start: bytes('d'), end: bytes('b'), limit: 9 })).toEqual([])
    const keys = await snapshot.scan({ ...everything, keysOnly: true })
    expect(keysOf(keys)).toEqual(['a', 'b', 'c', 'd'])
    expect(keys.every(({ value, stamp }) => value.length === 0 && stamp === 0)).toBe(true)
  })
}
