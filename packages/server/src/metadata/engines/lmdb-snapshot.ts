import type { RootDatabase, Transaction } from 'lmdb'
import { assertRange } from '../key-limits.ts'
import type { Changes, Entry, Snapshot, SnapshotRange } from '../ordered-store.ts'
import type { LmdbFile } from './lmdb-file.ts'
import { lmdbFault } from './lmdb-fault.ts'

const NO_BYTES = Buffer.alloc(0)

/** What a read transaction of LMDB sees, which is held as long. */
export class LmdbSnapshot implements Snapshot {
  readonly #database: RootDatabase<Uint8Array, Uint8Array>
  readonly #transaction: Transaction
  readonly #file: LmdbFile
  #isOpen = true

  constructor(database: RootDatabase<Uint8Array, Uint8Array>, file: LmdbFile) {
    this.#database = database
    this.#file = file
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

  changesSince(mark: string): Promise<Changes | undefined> {
    return this.#file.changesSince(mark)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    await this.#file.close()
    this.#transaction.done()
  }
}
