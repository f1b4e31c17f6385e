import type { RootDatabase, Transaction } from 'lmdb'
import { assertRange } from '../key-limits.ts'
import type { Entry, Snapshot, SnapshotRange } from '../ordered-store.ts'
import { lmdbFault } from './lmdb-fault.ts'

const NO_BYTES = Buffer.alloc(0)

/** What a read transaction of LMDB sees, which is held as long. */
export class LmdbSnapshot implements Snapshot {
  readonly #database: RootDatabase<Uint8Array, Uint8Array>
  readonly #transaction: Transaction
  #isOpen = true

  constructor(database: RootDatabase<Uint8Array, Uint8Array>) {
    this.#database = database
    this.#transaction = database.useReadTransaction()
  }

  async scan({ keysOnly, ...range }: SnapshotRange): Promise<Entry[]> {
    assertRange(range)
    const { start, end, limit } = range
    if (limit === 0 || Buffer.compare(start, end) >= 0) return []
    const bounds = { start, end, limit, transaction: this.#transaction }
    try {
      if (keysOnly) {
        const keys = this.#database.getKeys(bounds)
        return Array.from(keys, (key) => ({ key, value: NO_BYTES, stamp: 0 }))
      }
      const entries = this.#database.getRange({ ...bounds, versions: true })
      return Array.from(entries, ({ key, value, version = 0 }) => ({ key, value, stamp: version }))
    } catch (error) {
      throw await lmdbFault(error, 'a read')
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOpen) this.#transaction.done()
    this.#isOpen = false
  }
}
