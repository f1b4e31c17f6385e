import type { OrderedStore } from '../../metadata/ordered-store.ts'
import type { Table } from '../../metadata/table.ts'
import type { TuplePart, TupleRange } from '../../metadata/tuple.ts'
import { readable } from '../../metadata/unreadable-rows.ts'
import { QueryError } from '../../model/query-error.ts'

/** Source: IAM API Reference, `MaxItems` of each list. */
const DEFAULT_ITEMS = 100

export interface PageRequest {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** The members that every list answers with. */
  readonly rest: { readonly IsTruncated: boolean; readonly Marker?: string }
}

/** One page of the rows of a range: it costs what it returns. */
export async function pageOfTable<Key extends readonly TuplePart[], Row>(
  store: OrderedStore,
  table: Table<Key, Row>,
  range: TupleRange,
  page: PageRequest,
): Promise<Page<Row>> {
  const { items, rest } = await pageOf(store, table, range, page)
  return { items: items.map(({ row }) => row), rest }
}

/** The same, of their keys. */
export async function pageOfKeys<Key extends readonly TuplePart[], Row>(
  store: OrderedStore,
  table: Table<Key, Row>,
  range: TupleRange,
  page: PageRequest,
): Promise<Page<Key>> {
  const { items, rest } = await pageOf(store, table, range, page)
  return { items: items.map(({ parts }) => parts), rest }
}

async function pageOf<Key extends readonly TuplePart[], Row>(
  store: OrderedStore,
  table: Table<Key, Row>,
  { start, end }: TupleRange,
  { Marker, MaxItems = DEFAULT_ITEMS }: PageRequest,
): Promise<Page<{ readonly parts: Key; readonly row: Row }>> {
  const from = Marker === undefined ? start : readMarker(Marker, start, end)
  const entries = await store.scan({ start: from, end, limit: MaxItems + 1 })
  const items = entries.slice(0, MaxItems).flatMap((entry) => readable(store, table, entry) ?? [])
  const next = entries[MaxItems]
  return { items, rest: restOf(next && Buffer.from(next.key).toString('base64url')) }
}

/** One page of items that are in memory; a marker is the index of the next one. */
export function pageOfList<Item>(
  list: readonly Item[],
  { Marker = '0', MaxItems = DEFAULT_ITEMS }: PageRequest,
): Page<Item> {
  const from = Number(Marker)
  if (!/^\d{1,9}$/.test(Marker)) throw invalidMarker()
  const next = from + MaxItems
  return { items: list.slice(from, next), rest: restOf(next < list.length ? String(next) : undefined) }
}

function restOf(marker: string | undefined): Page<never>['rest'] {
  return marker === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: marker }
}

/** The key to go on from; nobody gets out of the rows they may list. */
function readMarker(marker: string, start: Uint8Array, end: Uint8Array): Uint8Array {
  const key = Buffer.from(marker, 'base64url')
  if (Buffer.compare(key, start) < 0 || Buffer.compare(key, end) >= 0) throw invalidMarker()
  return key
}

function invalidMarker(): QueryError {
  return new QueryError('ValidationError', 'Invalid Marker.')
}
