import { jsonLog } from '../../packages/server/src/base/log.ts'
import type { Entry, OrderedStore } from '../../packages/server/src/metadata/ordered-store.ts'
import type { Table } from '../../packages/server/src/metadata/table.ts'
import type { TuplePart } from '../../packages/server/src/metadata/tuple.ts'

type AnyTable = Pick<Table<never, unknown>, 'range'>

/** Reaches under a server, where bits turn over. */
export class DamagedStore {
  #inner: OrderedStore | undefined
  /** What the server told of rows that it passed over. */
  readonly told: { readonly table: string; readonly reason: string }[] = []
  readonly log = jsonLog('error', {
    write: (line) => {
      const entry = JSON.parse(line) as { msg: string; table: string; reason: string }
      if (entry.msg.startsWith('UNREADABLE')) this.told.push({ table: entry.table, reason: entry.reason })
    },
  })

  readonly wrap = (inner: OrderedStore): OrderedStore => (this.#inner = inner)

  get store(): OrderedStore {
    if (!this.#inner) throw new Error('no server was started with this store')
    return this.#inner
  }

  /** All rows of a table whose keys begin so. */
  entries(table: AnyTable, ...prefix: TuplePart[]): Promise<Entry[]> {
    return this.store.scan({ ...table.range(...prefix), limit: 10_000 })
  }

  /** Turns a bit over in every row of a table whose key begins so, in the middle of it; tells how many rows that were. */
  async flip(table: AnyTable, ...prefix: TuplePart[]): Promise<number> {
    const found = await this.entries(table, ...prefix)
    await this.write(found.map((entry) => ({ ...entry, value: flipped(entry) })))
    return found.length
  }

  async write(
    put: readonly Pick<Entry, 'key' | 'value'>[],
    remove: readonly Uint8Array[] = [],
  ): Promise<void> {
    await this.store.commit({ expect: [], put, remove })
  }
}

function flipped({ value }: Entry): Buffer {
  const copy = Buffer.from(value)
  // A letter of a member's name or value, most often: the row stays JSON.
  const middle = Math.floor(copy.length / 2)
  copy[middle] = (copy[middle] ?? 0) ^ 1
  return copy
}
