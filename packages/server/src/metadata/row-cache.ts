import { BoundedCache } from '../base/bounded-cache.ts'
import { type Soon, soon } from '../base/soon.ts'
import { keyText } from './key-text.ts'
import type { OrderedStore, Stamp } from './ordered-store.ts'
import type { StoredRow, Table } from './table.ts'
import type { TuplePart } from './tuple.ts'

/** Of one store. A decoded row takes several times the bytes that it has in the store. */
const MOST_BYTES = 16 * 1024 * 1024
const BYTES_FOR_EACH = 16

interface Decoded<Row> {
  readonly stamp: Stamp
  readonly row: Row
}

/**
 * Rows that every request reads, decoded once for each change. The stamp is read all the same, and tells that the row is still
 * the one that was decoded: nothing is ever stale, whichever process writes. Decoding a bucket's row
 * costs 1 µs, looking it up 0.1 µs.
 */
export class RowCache<Key extends readonly TuplePart[], Row> {
  readonly #table: Table<Key, Row>
  /** Stamps are unique within a store, not among stores. */
  readonly #stores = new WeakMap<OrderedStore, BoundedCache<Decoded<Row>>>()

  constructor(table: Table<Key, Row>) {
    this.#table = table
  }

  /** One row as it is now. */
  read(store: OrderedStore, ...parts: Key): Soon<Row | undefined> {
    const key = this.key(...parts)
    const known = this.#rowsOf(store).get(keyText(key))
    if (known && store.isAsRead?.([{ key, stamp: known.stamp }])) return known.row
    return soon(
      store.get(key),
      (entry) => entry && this.decode(store, { key, value: entry.value }, entry.stamp),
    )
  }

  key(...parts: Key): Buffer {
    return this.#table.key(...parts)
  }

  /** The row that was read with a stamp; one without is decoded anew. `name`: its key as text. */
  decode(store: OrderedStore, stored: StoredRow, stamp: Stamp | undefined, name = keyText(stored.key)): Row {
    if (stamp === undefined) return this.#table.decode(stored)
    const rows = this.#rowsOf(store)
    const known = rows.get(name)
    if (known?.stamp === stamp) return known.row
    const row = this.#table.decode(stored)
    rows.set(name, { stamp, row }, BYTES_FOR_EACH * stored.value.length)
    return row
  }

  #rowsOf(store: OrderedStore): BoundedCache<Decoded<Row>> {
    const known = this.#stores.get(store)
    if (known) return known
    const rows = new BoundedCache<Decoded<Row>>(MOST_BYTES)
    this.#stores.set(store, rows)
    return rows
  }
}
