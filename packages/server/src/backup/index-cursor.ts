import type { IndexedRow } from './row-index.ts'

/** Goes through an index beside something else in the same order. */
export class IndexCursor {
  readonly #blocks: AsyncIterator<readonly IndexedRow[]>
  #rows: IndexedRow[] = []
  #at = 0
  #isEnded = false

  constructor(blocks: AsyncIterable<readonly IndexedRow[]>) {
    this.#blocks = blocks[Symbol.asyncIterator]()
  }

  /** Must come before `find` and `before` of any key up to this one. */
  async reach(key: Uint8Array): Promise<void> {
    while (!this.#isEnded && !this.#hasReached(key)) {
      const next = await this.#blocks.next()
      if (next.done === true) this.#isEnded = true
      else {
        this.#rows = [...this.#rows.slice(this.#at), ...next.value]
        this.#at = 0
      }
    }
  }

  /** The row of a key, which is behind it then; keys have to be asked for in their order. */
  find(key: Uint8Array): IndexedRow | undefined {
    for (; this.#at < this.#rows.length; this.#at++) {
      const row = this.#rows[this.#at]
      const order = row ? row.key.compare(key) : 1
      if (order > 0) return undefined
      if (order === 0) {
        this.#at++
        return row
      }
    }
    return undefined
  }

  /** The rows before a key that are not behind yet; they are then. */
  before(key: Uint8Array): readonly IndexedRow[] {
    const start = this.#at
    while ((this.#rows[this.#at]?.key.compare(key) ?? 1) < 0) this.#at++
    return start === this.#at ? NONE : this.#rows.slice(start, this.#at)
  }

  /** Some of the rows that are not behind yet; `undefined` where there are none. */
  async rest(): Promise<readonly IndexedRow[] | undefined> {
    const rows = this.#rows.slice(this.#at)
    this.#rows = []
    this.#at = 0
    if (rows.length > 0) return rows
    const next = await this.#blocks.next()
    return next.done === true ? undefined : next.value
  }

  /** Closes what is open where it did not come to the end. */
  async end(): Promise<void> {
    await this.#blocks.return?.()
  }

  #hasReached(key: Uint8Array): boolean {
    const last = this.#rows.at(-1)
    return last !== undefined && this.#at < this.#rows.length && last.key.compare(key) >= 0
  }
}

const NONE: readonly IndexedRow[] = []
