import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { pageOfRows } from '../../metadata/page-of-rows.ts'
import type { Table } from '../../metadata/table.ts'
import type { TuplePart, TupleRange } from '../../metadata/tuple.ts'
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

/** One page of the rows of a range. */
export async function pageOfTable<Key extends readonly TuplePart[], Row>(
  store: OrderedStore,
  table: Table<Key, Row>,
  range: TupleRange,
  { Marker: marker, MaxItems: limit = DEFAULT_ITEMS }: PageRequest,
): Promise<Page<{ readonly parts: Key; readonly row: Row }>> {
  const { items, next } = await pageOfRows(store, table, range, { limit, marker }, invalidMarker)
  return { items, rest: restOf(next) }
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

/**
 * One page of several lists, one behind the other; markers begin with the index of the list. A list may answer with less than it is asked
 * for, and then goes on at the next page.
 */
export async function pageOfLists<Item>(
  lists: readonly ((page: PageRequest) => Promise<Page<Item>>)[],
  { Marker, MaxItems = DEFAULT_ITEMS }: PageRequest,
): Promise<Page<Item>> {
  const [, from, first] = /^(\d{1,3}):(.*)$/s.exec(Marker ?? '0:') ?? []
  if (from === undefined || (Marker !== undefined && Number(from) >= lists.length)) throw invalidMarker()
  const items: Item[] = []
  let marker = first === '' ? undefined : first
  for (let index = Number(from); index < lists.length; index++) {
    if (items.length === MaxItems) return { items, rest: restOf(`${index}:`) }
    const page = await lists[index]?.({ Marker: marker, MaxItems: MaxItems - items.length })
    items.push(...(page?.items ?? []))
    marker = page?.rest.Marker
    if (marker !== undefined) return { items, rest: restOf(`${index}:${marker}`) }
  }
  return { items, rest: restOf(undefined) }
}

function restOf(marker: string | undefined): Page<never>['rest'] {
  return marker === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: marker }
}

function invalidMarker(): QueryError {
  return new QueryError('ValidationError', 'Invalid Marker.')
}
