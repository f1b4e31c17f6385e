import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openMemory } from '../../../metadata/engines/memory.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import { current, versions } from '../../../metadata/tables/tables.ts'
import { putOf } from '../../../metadata/transaction.ts'
import { unreadableRows } from '../../../metadata/unreadable-rows.ts'
import { type Listed, walkKeys } from './walk-keys.ts'

const row: ObjectRow = {
  etag: '0'.repeat(32),
  sizeBytes: 0,
  modifiedMilliseconds: 0,
  ownerAccountId: '100000000001',
  content: { kind: 'empty' },
}

/** As texts: a common prefix with `…` behind it, an entry of the second source in parentheses. */
async function walk(store: OrderedStore, prefix: string, delimiter: string | undefined, limit = 100) {
  const sources = [current.brief, versions.brief].map((table) => ({ table, start: undefined }))
  const found = await walkKeys<unknown>(store, 'bucket', sources, { prefix, delimiter, limit })
  return found.map(textOf)
}

function textOf(item: Listed<unknown>): string {
  if (item.kind === 'prefix') return `${item.prefix}…`
  return item.source === 0 ? item.key : `(${item.key})`
}

/** What the same walk finds that looks at every key. */
function expected(keys: readonly string[], olds: readonly string[], prefix: string, delimiter: string) {
  const all = [...keys.map((key) => ({ key, text: key })), ...olds.map((key) => ({ key, text: `(${key})` }))]
  const found = all
    .filter(({ key }) => key.startsWith(prefix))
    .toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
    .map(({ key, text }) => {
      const index = key.indexOf(delimiter, prefix.length)
      return index < 0 ? text : `${key.slice(0, index + delimiter.length)}…`
    })
  return found.filter((text, index) => !text.endsWith('…') || text !== found[index - 1])
}

it('finds each common prefix once, and what has none, in any number of tables', async () => {
  const part = fc.constantFrom('a', '/', 'é', '\u{1f600}', '\0', 'b', '//')
  const text = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(''))
  const keys = fc.uniqueArray(
    text.filter((key) => key !== ''),
    { maxLength: 30 },
  )
  const asked = fc.record({
    prefix: fc.oneof(fc.constant(''), part, text),
    delimiter: fc.oneof(part, fc.constantFrom('/a', 'é/')),
    limit: fc.integer({ min: 1, max: 40 }),
  })
  await fc.assert(
    fc.asyncProperty(keys, keys, asked, async (keys, olds, { prefix, delimiter, limit }) => {
      await using store = openMemory()
      const put = [
        ...keys.map((key) => putOf(store, current, ['bucket', key], row)),
        ...olds.map((key) => putOf(store, versions, ['bucket', key, 'a/é'], row)),
      ]
      await store.commit({ expect: [], put, remove: [] })
      const all = expected(keys, olds, prefix, delimiter)
      expect(await walk(store, prefix, delimiter, limit)).toEqual(all.slice(0, limit))
    }),
  )
})

it('is not kept from a common prefix by keys that are none, and tells of them', async () => {
  await using store = openMemory()
  const put = ['a/é', 'b', 'c/é', 'd'].map((key) => putOf(store, current, ['bucket', key], row))
  const behind = (text: string, ...bytes: number[]) =>
    Buffer.concat([current.stringRange(['bucket'], text).start, Buffer.from(bytes)])
  // Bytes that go on what began nowhere: before é, and alone behind a prefix of their own.
  const garbage = [
    behind('a/', 0x81),
    behind('a/', 0x81, 0x81, 0),
    behind('c/', 0x81, 0),
    behind('cc/', 0x81, 0),
  ]
  put.push(...garbage.map((key) => ({ key, value: Buffer.of(1) })))
  await store.commit({ expect: [], put, remove: [] })
  expect(await walk(store, '', '/')).toEqual(['a/…', 'b', 'c/…', 'd'])
  expect([...unreadableRows(store).counts]).toEqual([['current', garbage.length]])
  expect(await walk(store, '', '/', 2)).toEqual(['a/…', 'b'])
})

it('takes a delimiter that is longer than any key for none', async () => {
  await using store = openMemory()
  const put = ['a/b', 'b'].map((key) => putOf(store, current, ['bucket', key], row))
  await store.commit({ expect: [], put, remove: [] })
  expect(await walk(store, '', '/'.repeat(3000))).toEqual(['a/b', 'b'])
})
