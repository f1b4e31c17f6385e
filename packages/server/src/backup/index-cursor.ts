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

  /** Must come before `find` of any key up to this one. */
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

  /** The row of a key; keys have to be asked for in their order. */
  find(key: Uint8Array): IndexedRow | undefined {
    for (; this.#at < this.#rows.length; this.#at++) {
      const row = this.#rows[this.#at]
      const order = row ? row.key.compare(key) : 1
      if (order === 0) return row
      if (order > 0) return undefined
    }
    return undefined
  }

  #hasReached(key: Uint8Array): boolean {
    const last = this.#rows.at(-1)
    return last !== undefined && this.#at < this.#rows.length && last.key.compare(key) >= 0
  }
}
