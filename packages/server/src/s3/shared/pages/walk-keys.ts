import type { Entry, OrderedStore } from '../../../metadata/ordered-store.ts'
import { unlessUnreadable } from '../../../metadata/unreadable-rows.ts'
import { MOST_KEY_BYTES } from '../../../model/key-length.ts'
import { KeyCursor, type KeyTable } from './key-cursor.ts'

/** One thing a listing shows: an entry of a table, or all the keys that share a prefix up to the delimiter. */
export type Listed<Row> = ListedEntry<Row> | { readonly kind: 'prefix'; readonly prefix: string }

export function isEntry<Row>(item: Listed<Row>): item is ListedEntry<Row> {
  return item.kind === 'entry'
}

export function isPrefix<Row>(item: Listed<Row>): item is Exclude<Listed<Row>, ListedEntry<Row>> {
  return item.kind === 'prefix'
}

export interface ListedEntry<Row> {
  readonly kind: 'entry'
  readonly key: string
  readonly entry: Entry
  readonly row: Row
  readonly source: number
  /** Whether no entry of the same key came before it in this walk, not even one that cannot be read. */
  readonly isFirstOfKey: boolean
}

/** Where a walk reads: a table, and where in it to begin. */
export interface WalkSource<Row> {
  readonly table: KeyTable<Row>
  /** Inclusive; the beginning of the prefix where absent or before it. */
  readonly start: Uint8Array | undefined
}

export interface Walk {
  readonly prefix: string
  readonly delimiter: string | undefined
  readonly limit: number
}

/**
 * Walks a bucket's keys in the order of their UTF-8 bytes, `limit` results at the most. Entries of one key come from
 * the first source first. A common prefix is skipped by seeking past it, so that the cost depends on what is returned,
 * never on what the bucket holds. Entries whose rows cannot be read are left out, and told.
 */
export async function walkKeys<Row>(
  store: OrderedStore,
  bucketId: string,
  sources: readonly WalkSource<Row>[],
  { prefix, limit, ...walk }: Walk,
): Promise<Listed<Row>[]> {
  if (Buffer.byteLength(prefix) > MOST_KEY_BYTES) return []
  const delimiter = Buffer.byteLength(walk.delimiter ?? '') > MOST_KEY_BYTES ? undefined : walk.delimiter
  const cursors = sources.map(
    ({ table, start }) => new KeyCursor(store, table, { bucketId, prefix, delimiter, start }, limit),
  )
  const found: Listed<Row>[] = []
  let lastKey: string | undefined
  while (found.length < limit) {
    while (cursors.some((each) => each.needsMore)) await fill(store, cursors)
    const cursor = first(cursors)
    const at = cursor?.at
    if (!cursor || !at) break
    const common = delimiter === undefined ? undefined : commonPrefix(at.key, prefix, delimiter)
    if (common === undefined) {
      const source = cursors.indexOf(cursor)
      const row = unlessUnreadable(store, () => sources[source]?.table.decode(at.entry))
      const { key, entry } = at
      if (row !== undefined)
        found.push({ kind: 'entry', key, entry, row, source, isFirstOfKey: key !== lastKey })
      lastKey = key
      cursor.next()
      continue
    }
    found.push({ kind: 'prefix', prefix: common })
    for (const each of cursors) each.skip(common)
  }
  return found
}

/** All at once, from one snapshot: an entry that just moves between two tables would be missed or come twice. */
async function fill(store: OrderedStore, cursors: readonly KeyCursor[]): Promise<void> {
  const ranges = cursors.map((cursor) => cursor.wanted)
  const found = await store.scanMany(ranges)
  for (const [index, { limit }] of ranges.entries()) cursors[index]?.take(limit, found[index] ?? [])
}

/** The cursor at the least key; the earlier source where two are at the same. */
function first(cursors: readonly KeyCursor[]): KeyCursor | undefined {
  let least: KeyCursor | undefined
  for (const cursor of cursors) {
    if (cursor.at && (!least?.at || compareKeys(cursor.at.key, least.at.key) < 0)) least = cursor
  }
  return least
}

/** By UTF-8 bytes, which is not how JavaScript compares strings. */
function compareKeys(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** The part of `key` up to and with the first delimiter behind `prefix`. */
export function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const index = key.indexOf(delimiter, prefix.length)
  return index < 0 ? undefined : key.slice(0, index + delimiter.length)
}

/**
 * A marker of any length, cut where it may be: no key is longer than 1,024 bytes, so all of them are before or behind
 * what is left as they were before.
 */
export function shortMarker(marker: string): string {
  const bytes = Buffer.from(marker)
  return bytes.length <= MOST_KEY_BYTES ? marker : bytes.toString('utf8', 0, MOST_KEY_BYTES + 8)
}

/** The first possible place behind `key` itself. */
export function justAfter(key: Uint8Array): Buffer {
  return Buffer.concat([key, Buffer.of(0)])
}
