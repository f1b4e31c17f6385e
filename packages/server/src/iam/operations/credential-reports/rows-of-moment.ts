import { justAfter } from '../../../metadata/just-after.ts'
import type { OrderedStore, Snapshot } from '../../../metadata/ordered-store.ts'
import type { Table } from '../../../metadata/table.ts'
import type { TuplePart, TupleRange } from '../../../metadata/tuple.ts'
import { readable, unlessUnreadable } from '../../../metadata/unreadable-rows.ts'

/** Rows as they were at one moment; those that cannot be read count as absent, and are told. */
export class RowsOfMoment {
  readonly #metadata: OrderedStore
  readonly #snapshot: Snapshot

  constructor(metadata: OrderedStore, snapshot: Snapshot) {
    this.#metadata = metadata
    this.#snapshot = snapshot
  }

  async get<Key extends readonly TuplePart[], Row>(
    table: Table<Key, Row>,
    ...parts: Key
  ): Promise<Row | undefined> {
    const start = table.key(...parts)
    const [entry] = await this.#snapshot.scan({ start, end: justAfter(start), limit: 1 })
    return entry && unlessUnreadable(this.#metadata, () => table.decode(entry))
  }

  /** The rows of a range, so many at a time. */
  async *pages<Key extends readonly TuplePart[], Row>(
    table: Table<Key, Row>,
    { start, end }: TupleRange,
    limit: number,
  ): AsyncGenerator<readonly Row[]> {
    for (let from: Uint8Array | undefined = start; from;) {
      const entries = await this.#snapshot.scan({ start: from, end, limit })
      yield entries.flatMap((entry) => readable(this.#metadata, table, entry)?.row ?? [])
      const last = entries.at(-1)
      from = last && entries.length === limit ? justAfter(last.key) : undefined
    }
  }
}
