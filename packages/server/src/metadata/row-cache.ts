import { BoundedCache } from '../base/bounded-cache.ts'
import { type Soon, soon } from '../base/soon.ts'
import { keyText } from './key-text.ts'
import { encodeTuple } from './tuple.ts'
import type { OrderedStore, Stamp } from './ordered-store.ts'
import type { StoredRow, Table } from './table.ts'
import type { TuplePart } from './tuple.ts'

/** Of one store. A decoded row takes several times the bytes that it has in the store. */
const MOST_BYTES = 16 * 1024 * 1024
const BYTES_FOR_EACH = 16

interface Decoded<Row> {
  readonly key: Uint8Array
  readonly stamp: Stamp
  readonly row: Row
}

/** The rows of one store. */
class DecodedRows<Row> {
  readonly #byParts = new BoundedCache<Decoded<Row>>(MOST_BYTES)
  /** What was looked for last: many rows are looked for again and again, which costs no look into the cache. */
  #lastName: string | undefined
  #last: Decoded<Row> | undefined

  find(name: string): Decoded<Row> | undefined {
    if (name !== this.#lastName) {
      this.#last = this.#byParts.get(name)
      this.#lastName = name
    }
    return this.#last
  }

  keep(name: string, decoded: Decoded<Row>, sizeBytes: number): void {
    this.#byParts.set(name, decoded, sizeBytes)
    this.#lastName = name
    this.#last = decoded
  }
}

/**
 * Rows that every request reads, decoded once for each change. The stamp is read all the same, and tells that the row is still
 * the one that was decoded: nothing is ever stale, whichever process writes. Decoding a bucket's row
 * costs 1 µs, looking it up 0.1 µs.
 */
export class RowCache<Key extends readonly TuplePart[], Row> {
  readonly #table: Table<Key, Row>
  /** Stamps are unique within a store, not among stores. */
  readonly #stores = new WeakMap<OrderedStore, DecodedRows<Row>>()

  constructor(table: Table<Key, Row>) {
    this.#table = table
  }

  /** One row as it is now. */
  read(store: OrderedStore, ...parts: Key): Soon<Row | undefined> {
    const known = this.#rowsOf(store).find(nameOf(parts))
    // Its key need not be put together.
    if (known && store.isAsRead?.([known])) return known.row
    const key = known?.key ?? this.key(...parts)
    return soon(store.get(key), (entry) => entry && this.decode(store, entry, entry.stamp, ...parts))
  }

  key(...parts: Key): Buffer {
    return this.#table.key(...parts)
  }

  /** The row of these parts that was read with a stamp; one without is decoded anew. */
  decode(store: OrderedStore, stored: StoredRow, stamp: Stamp | undefined, ...parts: Key): Row {
    if (stamp === undefined) return this.#table.decode(stored)
    const rows = this.#rowsOf(store)
    const name = nameOf(parts)
    const known = rows.find(name)
    if (known?.stamp === stamp) return known.row
    const row = this.#table.decode(stored)
    // A copy: keys are cut from larger pieces, which it would keep.
    const key = new Uint8Array(stored.key)
    rows.keep(name, { key, stamp, row }, BYTES_FOR_EACH * stored.value.length + key.length)
    return row
  }

  #rowsOf(store: OrderedStore): DecodedRows<Row> {
    const known = this.#stores.get(store)
    if (known) return known
    const rows = new DecodedRows<Row>()
    this.#stores.set(store, rows)
    return rows
  }
}

/** As text, another for each key, at a fraction of what the key itself costs. */
function nameOf(parts: readonly TuplePart[]): string {
  const [first, second] = parts
  if (typeof first === 'string') {
    if (parts.length === 1) return first
    if (parts.length === 2 && typeof second === 'string') return `${first.length} ${first}${second}`
  }
  return keyText(encodeTuple(parts))
}
