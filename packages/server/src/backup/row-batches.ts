import type { Expectation, OrderedStore, Put } from '../metadata/ordered-store.ts'

const ROWS_PER_COMMIT = 1000
const BYTES_PER_COMMIT = 4 * 1024 * 1024

/** Another process has taken over what is being written. */
export class TakenOver extends Error {
  override readonly name = 'TakenOver'
}

/** Writes many rows, so many in a commit. Throws `TakenOver` where something is not as it is expected to stay. */
export class RowBatches {
  readonly #metadata: OrderedStore
  readonly #onRows: (rows: number) => void
  readonly #expect: readonly Expectation[]
  #put: Put[] = []
  #remove: Uint8Array[] = []
  #bytes = 0

  constructor(
    metadata: OrderedStore,
    onRows: (rows: number) => void = () => {},
    expect: readonly Expectation[] = [],
  ) {
    this.#metadata = metadata
    this.#onRows = onRows
    this.#expect = expect
  }

  /** Takes the bytes over. `undefined` where there is nothing to wait for. */
  add(row: Put): Promise<void> | undefined {
    this.#put.push(row)
    this.#bytes += row.value.length
    return this.#isFull() ? this.commit() : undefined
  }

  /** Takes a row out. `undefined` where there is nothing to wait for. */
  remove(key: Uint8Array): Promise<void> | undefined {
    this.#remove.push(key)
    return this.#isFull() ? this.commit() : undefined
  }

  #isFull(): boolean {
    return this.#put.length + this.#remove.length >= ROWS_PER_COMMIT || this.#bytes >= BYTES_PER_COMMIT
  }

  async commit(): Promise<void> {
    const [put, remove] = [this.#put, this.#remove]
    if (put.length + remove.length === 0) return
    this.#put = []
    this.#remove = []
    this.#bytes = 0
    if (!(await this.#metadata.commit({ expect: this.#expect, put, remove })))
      throw new TakenOver('Another process has taken over what is being written.')
    this.#onRows(put.length)
  }
}
