import { type Log, silentLog } from '../base/log.ts'
import { pagesOf } from './entries-of.ts'
import { type Entry, type OrderedStore, originOf } from './ordered-store.ts'
import type { Table } from './table.ts'
import type { TuplePart } from './tuple.ts'
import { UnreadableRow } from './unreadable-row.ts'

/** Rows that have been told of; beyond them all are told again. */
const MOST_TOLD = 10_000

/** Tells of the rows of a store that were passed over because they cannot be read: each once in the log, all in the counts. */
class UnreadableRows {
  log: Log = silentLog
  readonly #counts = new Map<string, number>()
  readonly #told = new Set<string>()

  /** How often rows were passed over since the process started, by table. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts
  }

  tell({ tableName, key, message }: UnreadableRow): void {
    this.#counts.set(tableName, (this.#counts.get(tableName) ?? 0) + 1)
    const name = Buffer.from(key).toString('latin1')
    if (this.#told.has(name)) return
    if (this.#told.size >= MOST_TOLD) this.#told.clear()
    this.#told.add(name)
    this.log.error({ table: tableName, reason: message }, 'UNREADABLE: a row of metadata is passed over')
  }
}

const stores = new WeakMap<OrderedStore, UnreadableRows>()

/** Those of one store, as this process met them. */
export function unreadableRows(store: OrderedStore): UnreadableRows {
  const origin = originOf(store)
  const known = stores.get(origin)
  if (known) return known
  const rows = new UnreadableRows()
  stores.set(origin, rows)
  return rows
}

/** What `read` returns; `undefined`, and told, where it meets a row that cannot be read. */
export function unlessUnreadable<T>(store: OrderedStore, read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    passOver(store, error)
    return undefined
  }
}

/** Tells of a row that cannot be read; throws all other errors. */
export function passOver(store: OrderedStore, error: unknown): void {
  if (!(error instanceof UnreadableRow)) throw error
  unreadableRows(store).tell(error)
}

/** One row as it is now; `undefined` where there is none, and, told, where it cannot be read. */
export async function readIfReadable<Key extends readonly TuplePart[], Row>(
  store: OrderedStore,
  table: Table<Key, Row>,
  ...parts: Key
): Promise<Row | undefined> {
  const entry = await store.get(table.key(...parts))
  return entry && unlessUnreadable(store, () => table.decode(entry))
}

/** What reading rows in passing takes of a table. */
interface ReadTable<Key, Row> {
  parts(key: Uint8Array): Key
  decode(stored: Entry): Row
}

/** A row with its place, as it was read in passing. */
export interface ReadableRow<Key, Row> {
  readonly entry: Entry
  readonly parts: Key
  readonly row: Row
}

/** The row of an entry; `undefined`, and told, where it cannot be read. */
export function readable<Key extends readonly TuplePart[], Row>(
  store: OrderedStore,
  table: ReadTable<Key, Row>,
  entry: Entry,
): ReadableRow<Key, Row> | undefined {
  return unlessUnreadable(store, () => ({ row: table.decode(entry), entry, parts: table.parts(entry.key) }))
}

/** The rows of a range that can be read, `page` of them at a time; the others are told and passed over. */
export async function* readableRows<Key extends readonly TuplePart[], Row>(
  store: OrderedStore,
  table: Table<Key, Row>,
  range: { readonly start: Uint8Array; readonly end: Uint8Array } = table.range(),
  page = 1000,
): AsyncGenerator<ReadableRow<Key, Row>> {
  for await (const entries of pagesOf(store, range, page)) {
    for (const entry of entries) {
      const found = readable(store, table, entry)
      if (found) yield found
    }
  }
}

/** The first rows of a range that can be read, `limit` of them at the most. */
export async function firstRows<Key extends readonly TuplePart[], Row>(
  store: OrderedStore,
  table: Table<Key, Row>,
  range: { readonly start: Uint8Array; readonly end: Uint8Array },
  limit: number,
): Promise<ReadableRow<Key, Row>[]> {
  const found: ReadableRow<Key, Row>[] = []
  if (limit === 0) return found
  for await (const row of readableRows(store, table, range, limit)) {
    found.push(row)
    if (found.length === limit) break
  }
  return found
}
