import type { Entry, OrderedStore } from '../metadata/ordered-store.ts'
import type { Table } from '../metadata/table.ts'
import type { TuplePart } from '../metadata/tuple.ts'

/** One thing a listing shows: an entry of the table, or all the keys that share a prefix up to the delimiter. */
export type Listed =
  | { readonly kind: 'entry'; readonly key: string; readonly entry: Entry }
  | { readonly kind: 'prefix'; readonly prefix: string }

export interface Walk {
  readonly prefix: string
  readonly delimiter: string | undefined
  /** Where to begin, inclusive; the beginning of the prefix where absent or before it. */
  readonly start: Uint8Array | undefined
  readonly limit: number
}

/** A table whose keys are a bucket, an S3 key and possibly more. */
type KeyTable = Pick<
  Table<readonly [bucketId: string, key: string, ...TuplePart[]], unknown>,
  'stringRange' | 'parts'
>

/** Entries read at a time: few where the next step may skip them, ever more where none does. */
const LEAST_BATCH = 4
const MOST_BATCH = 1001

/**
 * Walks a bucket's keys in the order of their UTF-8 bytes, `limit` results at the most. A common prefix is skipped by
 * seeking past it, so that the cost depends on what is returned, never on what the bucket holds.
 */
export async function walkKeys(
  store: OrderedStore,
  table: KeyTable,
  bucketId: string,
  walk: Walk,
): Promise<Listed[]> {
  const { prefix, delimiter, limit } = walk
  const range = table.stringRange([bucketId], prefix)
  const found: Listed[] = []
  let start = walk.start && Buffer.compare(walk.start, range.start) > 0 ? walk.start : range.start
  let batch = delimiter === undefined ? limit : LEAST_BATCH
  while (found.length < limit) {
    const wanted = Math.min(batch, MOST_BATCH, delimiter === undefined ? limit - found.length : MOST_BATCH)
    const entries = await store.scan({ start, end: range.end, limit: wanted })
    const skippedTo = collect(entries, table, bucketId, walk, found)
    const last = entries.at(-1)
    if (!last || entries.length < wanted) break
    start = skippedTo ?? Buffer.concat([last.key, Buffer.of(0)])
    batch = skippedTo ? LEAST_BATCH : batch * 4
  }
  return found
}

/** Adds what a batch shows. Returns where to seek to when the batch ended inside a common prefix. */
function collect(
  entries: readonly Entry[],
  table: KeyTable,
  bucketId: string,
  { prefix, delimiter, limit }: Walk,
  found: Listed[],
): Buffer | undefined {
  let common: string | undefined
  for (const entry of entries) {
    const [, key] = table.parts(entry.key)
    if (common !== undefined && key.startsWith(common)) continue
    common = delimiter === undefined ? undefined : commonPrefix(key, prefix, delimiter)
    if (found.length === limit) return undefined
    found.push(common === undefined ? { kind: 'entry', key, entry } : { kind: 'prefix', prefix: common })
  }
  return common === undefined ? undefined : table.stringRange([bucketId], common).end
}

/** The part of `key` up to and with the first delimiter behind `prefix`. */
export function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const index = key.indexOf(delimiter, prefix.length)
  return index < 0 ? undefined : key.slice(0, index + delimiter.length)
}

/** The first possible place behind `key` itself. */
export function justAfter(key: Uint8Array): Buffer {
  return Buffer.concat([key, Buffer.of(0)])
}
