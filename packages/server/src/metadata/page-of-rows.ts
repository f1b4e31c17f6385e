import type { OrderedStore } from './ordered-store.ts'
import type { Table } from './table.ts'
import type { TuplePart, TupleRange } from './tuple.ts'
import { readable } from './unreadable-rows.ts'

export interface RowsPage<Key, Row> {
  readonly items: readonly { readonly parts: Key; readonly row: Row }[]
  /** Where the next page begins; absent where there is none. */
  readonly next: string | undefined
}

/**
 * One page of the rows of a range: it costs what it returns. Throws what `refuse` makes for a marker that leads out of the
 * range: nobody gets to see more than the rows they may list.
 */
export async function pageOfRows<Key extends readonly TuplePart[], Row>(
  store: OrderedStore,
  table: Table<Key, Row>,
  { start, end }: TupleRange,
  { limit, marker }: { readonly limit: number; readonly marker: string | undefined },
  refuse: () => Error,
): Promise<RowsPage<Key, Row>> {
  const from = marker === undefined ? start : Buffer.from(marker, 'base64url')
  const isWithin = Buffer.compare(from, start) >= 0 && Buffer.compare(from, end) < 0
  if (marker !== undefined && !isWithin) throw refuse()
  const entries = await store.scan({ start: from, end, limit: limit + 1 })
  const items = entries.slice(0, limit).flatMap((entry) => readable(store, table, entry) ?? [])
  const next = entries[limit]
  return { items, next: next && Buffer.from(next.key).toString('base64url') }
}
