import type { OrderedStore, Put } from '../metadata/ordered-store.ts'

const ROWS_PER_COMMIT = 1000
const BYTES_PER_COMMIT = 4 * 1024 * 1024

/** Writes many rows, so many in a commit. */
export class RowBatches {
  readonly #metadata: OrderedStore
  readonly #onRows: (rows: number) => void
  #put: Put[] = []
  #bytes = 0

  constructor(metadata: OrderedStore, onRows: (rows: number) => void = () => {}) {
    this.#metadata = metadata
    this.#onRows = onRows
  }

  /** Takes the bytes over. `undefined` where there is nothing to wait for. */
  add(row: Put): Promise<void> | undefined {
    this.#put.push(row)
    this.#bytes += row.value.length
    const isFull = this.#put.length >= ROWS_PER_COMMIT || this.#bytes >= BYTES_PER_COMMIT
    return isFull ? this.commit() : undefined
  }

  async commit(): Promise<void> {
    const put = this.#put
    if (put.length === 0) return
    this.#put = []
    this.#bytes = 0
    await this.#metadata.commit({ expect: [], put, remove: [] })
    this.#onRows(put.length)
  }
}
