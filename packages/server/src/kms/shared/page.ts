import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { pageOfRows } from '../../metadata/page-of-rows.ts'
import type { Table } from '../../metadata/table.ts'
import type { TuplePart } from '../../metadata/tuple.ts'
import { KmsError } from './kms-error.ts'
import { optional, type Reader, text, whole } from './read-input.ts'

/** The members by which lists are asked for in pages of `most` items, and of `byDefault`. */
function pageInput({ most, byDefault }: { readonly most: number; readonly byDefault: number }) {
  const limit = optional(whole({ least: 1, most }))
  const Limit: Reader<number> = (value, name) => limit(value, name) ?? byDefault
  return { Limit, Marker: optional(text({ most: 1024 })) }
}

/** Source: AWS KMS API Reference, `Limit` of each list. */
export const LONG_PAGE = pageInput({ most: 1000, byDefault: 100 })
export const SHORT_PAGE = pageInput({ most: 100, byDefault: 50 })
export const TAGS_PAGE = pageInput({ most: 50, byDefault: 50 })

export interface PageRequest {
  readonly Limit: number
  readonly Marker?: string | undefined
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** The members that every list answers with. */
  readonly rest: { readonly Truncated: boolean; readonly NextMarker?: string }
}

/** One page of the rows whose keys begin with `prefix`. */
export async function pageOfTable<Key extends readonly TuplePart[], Row>(
  store: OrderedStore,
  table: Table<Key, Row>,
  prefix: readonly TuplePart[],
  { Limit: limit, Marker: marker }: PageRequest,
): Promise<Page<{ readonly parts: Key; readonly row: Row }>> {
  const refuse = (): KmsError => new KmsError('InvalidMarkerException')
  const { items, next } = await pageOfRows(store, table, table.range(...prefix), { limit, marker }, refuse)
  return { items, rest: restOf(next) }
}

/** One page of items that are in memory; a marker is the index of the next one. */
export function pageOfList<Item>(list: readonly Item[], { Limit, Marker }: PageRequest): Page<Item> {
  const from = Marker === undefined ? 0 : Number(Marker)
  if (!Number.isSafeInteger(from) || from < 0) throw new KmsError('InvalidMarkerException')
  const next = from + Limit
  return { items: list.slice(from, next), rest: restOf(next < list.length ? String(next) : undefined) }
}

function restOf(marker: string | undefined): Page<never>['rest'] {
  return marker === undefined ? { Truncated: false } : { Truncated: true, NextMarker: marker }
}
