// An ordered store in terms of Latin-1 text, one character a byte.
import { expect } from 'vitest'
import type { Change, Entry, OrderedStore, Put } from '../ordered-store.ts'

/** Opens a new, empty store. */
export type Open = () => Promise<OrderedStore>

export function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

export function put(key: string, value = ''): Put {
  return { key: bytes(key), value: bytes(value) }
}

export async function write(store: OrderedStore, change: Partial<Change>): Promise<boolean> {
  return store.commit({ expect: [], put: [], remove: [], ...change })
}

export async function fill(store: OrderedStore, ...keys: string[]): Promise<void> {
  expect(await write(store, { put: keys.map((key) => put(key, `value of ${key}`)) })).toBe(true)
}

export async function valueOf(store: OrderedStore, key: string): Promise<string | undefined> {
  const entry = await store.get(bytes(key))
  return entry && Buffer.from(entry.value).toString('latin1')
}

export async function stampOf(store: OrderedStore, key: string): Promise<number | undefined> {
  return (await store.get(bytes(key)))?.stamp
}

export function keysOf(entries: readonly Entry[]): string[] {
  return entries.map(({ key }) => Buffer.from(key).toString('latin1'))
}

export async function scan(store: OrderedStore, start: string, end: string, limit = 1000): Promise<string[]> {
  return keysOf(await store.scan({ start: bytes(start), end: bytes(end), limit }))
}

export async function scanDown(
  store: OrderedStore,
  start: string,
  end: string,
  limit = 1000,
): Promise<string[]> {
  return keysOf(await store.scan({ start: bytes(start), end: bytes(end), limit, reverse: true }))
}
