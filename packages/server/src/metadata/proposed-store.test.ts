import { expect, it } from 'vitest'
import { openMemory } from './engines/memory.ts'
import type { OrderedStore } from './ordered-store.ts'
import { ProposedStore } from './proposed-store.ts'

const bytes = (text: string): Buffer => Buffer.from(text)
const put = (key: string, value: string) => ({ key: bytes(key), value: bytes(value) })

async function texts(store: OrderedStore, reverse = false, limit = 10): Promise<string[]> {
  const found = await store.scan({ start: bytes('a'), end: bytes('z'), limit, reverse })
  return found.map(({ key, value }) => Buffer.concat([key, value]).toString())
}

it('is read as it would be, and leaves the store below as it is', async () => {
  await using base = openMemory()
  await base.commit({ expect: [], put: [put('a', '1'), put('c', '1'), put('e', '1')], remove: [] })
  const store = new ProposedStore(base)
  const read = await store.get(bytes('c'))
  const change = { put: [put('b', '2'), put('c', '2')], remove: [bytes('e')] }
  expect(await store.commit({ ...change, expect: [{ key: bytes('c'), stamp: read?.stamp }] })).toBe(true)
  expect(await texts(store)).toEqual(['a1', 'b2', 'c2'])
  expect(await texts(store, true, 2)).toEqual(['c2', 'b2'])
  expect(await store.get(bytes('e'))).toBeUndefined()
  expect((await store.getMany([bytes('a'), bytes('b')])).map((entry) => String(entry?.value))).toEqual([
    '1',
    '2',
  ])
  expect(await texts(base)).toEqual(['a1', 'c1', 'e1'])
  // What was read before is no longer so, and what was written is.
  expect(await store.commit({ ...change, expect: [{ key: bytes('c'), stamp: read?.stamp }] })).toBe(false)
  const stamp = (await store.get(bytes('b')))?.stamp
  expect(await store.commit({ expect: [{ key: bytes('b'), stamp }], put: [], remove: [bytes('b')] })).toBe(
    true,
  )
  expect(await texts(store)).toEqual(['a1', 'c2'])
})
