import type { Entry, OrderedStore } from '../../../metadata/ordered-store.ts'
import { decodeText, isSameText } from '../../../metadata/tuple.ts'
import { passOver } from '../../../metadata/unreadable-rows.ts'
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

/** An entry of a table, and what its row tells. */
export class ListedEntry<Row> {
  readonly kind = 'entry'
  readonly entry: Entry
  /** Where in its key the S3 key stands. */
  readonly keyStart: number
  readonly row: Row
  readonly source: number
  /** That of the entry before, which may be one that cannot be read. */
  readonly #keyBefore: Uint8Array | undefined

  constructor(entry: Entry, keyStart: number, row: Row, source: number, keyBefore: Uint8Array | undefined) {
    this.entry = entry
    this.keyStart = keyStart
    this.row = row
    this.source = source
    this.#keyBefore = keyBefore
  }

  /** Whether no entry of the same key came before it in this walk, not even one that cannot be read. */
  get isFirstOfKey(): boolean {
    return !this.#keyBefore || !isSameText(this.#keyBefore, this.entry.key, this.keyStart)
  }

  get key(): string {
    return decodeText(this.entry.key, this.keyStart)
  }
}

/** Where a walk reads: a table, and where in it to begin. */
export interface WalkSource<Row> {
  /** Entries whose row is `undefined` are not shown: they make common prefixes alone. */
  readonly table: KeyTable<Row | undefined>
  /** Inclusive; the beginning of the prefix where absent or before it. */
  readonly start: Uint8Array | undefined
}

export interface Walk {
  readonly prefix: string
  readonly delimiter: string | undefined
  readonly limit: number
  /** Asked behind each entry that is neither shown nor in a common prefix, with its key. */
  readonly endsBehind?: ((key: string) => boolean) | undefined
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
  let last: Uint8Array | undefined
  while (found.length < limit) {
    while (cursors.some(needsMore)) await fill(store, cursors)
    const cursor = first(cursors)
    const entry = cursor?.at
    if (!cursor || !entry) break
    const common = delimiter === undefined ? undefined : commonPrefix(cursor.key, prefix, delimiter)
    if (common === undefined) {
      const { keyStart } = cursor
      const source = cursors.indexOf(cursor)
      const row = readRow(store, sources[source]?.table, entry)
      if (row !== undefined) found.push(new ListedEntry(entry, keyStart, row, source, last))
      else if (walk.endsBehind?.(cursor.key)) break
      last = entry.key
      cursor.next()
      continue
    }
    found.push({ kind: 'prefix', prefix: common })
    for (const each of cursors) each.skip(common)
  }
  return found
}

function needsMore(cursor: KeyCursor): boolean {
  return cursor.needsMore
}

function readRow<Row>(
  store: OrderedStore,
  table: KeyTable<Row | undefined> | undefined,
  entry: Entry,
): Row | undefined {
  try {
    return table?.decode(entry)
  } catch (error) {
    passOver(store, error)
    return undefined
  }
}

/** All at once, from one snapshot: an entry that just moves between two tables would be missed or come twice. */
async function fill(store: OrderedStore, cursors: readonly KeyCursor[]): Promise<void> {
  const ranges = cursors.map((cursor) => cursor.wanted)
  const found = await store.scanMany(ranges)
  for (const [index, { limit }] of ranges.entries()) cursors[index]?.take(limit, found[index] ?? [])
}

/** The cursor at the least key; the earlier source where two are at the same. */
function first(cursors: readonly KeyCursor[]): KeyCursor | undefined {
  if (cursors.length === 1) return cursors[0]
  let least: KeyCursor | undefined
  for (const cursor of cursors) {
    if (cursor.at && (!least?.at || compareKeys(cursor.key, least.key) < 0)) least = cursor
  }
  return least
}

/** By UTF-8 bytes, which is not how JavaScript compares strings. */
function compareKeys(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** The part of `key` up to and with the first delimiter behind `prefix`. */
function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const index = key.indexOf(delimiter, prefix.length)
  return index < 0 ? undefined : key.slice(0, index + delimiter.length)
}

/**
 * The common prefix that a marker is, or is in: it is not listed behind it, whatever else it stands for. Source: S3 API Reference,
 * ListObjectsV2, `delimiter`: "filtered out from results if it is not lexicographically greater than the StartAfter value".
 */
export function passedPrefix(
  marker: string,
  prefix: string,
  delimiter: string | undefined,
): string | undefined {
  if (delimiter === undefined || !marker.startsWith(prefix)) return undefined
  return commonPrefix(marker, prefix, delimiter)
}

/**
 * A marker of any length, cut where it may be: no key is longer than 1,024 bytes, so all of them are before or behind
 * what is left as they were before.
 */
export function shortMarker(marker: string): string {
  const bytes = Buffer.from(marker)
  return bytes.length <= MOST_KEY_BYTES ? marker : bytes.toString('utf8', 0, MOST_KEY_BYTES + 8)
}
