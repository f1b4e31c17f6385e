import { assert } from '../base/assert.ts'
import { keyText } from './key-text.ts'
import type { Change, Entry, OrderedStore, ScanRange, Snapshot, Stamp } from './ordered-store.ts'
import { setWrittenVersion, writtenVersion } from './written-version.ts'

interface Proposed {
  readonly key: Uint8Array
  /** Absent where it would be removed. */
  readonly entry: Entry | undefined
}

/** A store as it would be: what is committed into it is kept here and seen by its reads, and the store below stays as it is. For small changes. */
export class ProposedStore implements OrderedStore {
  readonly #base: OrderedStore
  readonly #rows = new Map<string, Proposed>()
  /** Below those of any store, which are no negative numbers: none is ever taken for a row of the store below. */
  #lastStamp: Stamp = 0

  constructor(base: OrderedStore) {
    this.#base = base
    setWrittenVersion(this, writtenVersion(base))
  }

  async get(key: Uint8Array): Promise<Entry | undefined> {
    const proposed = this.#rows.get(keyText(key))
    return proposed ? proposed.entry : await this.#base.get(key)
  }

  async getMany(keys: readonly Uint8Array[]): Promise<(Entry | undefined)[]> {
    const found = await this.#base.getMany(keys)
    return keys.map((key, index) => {
      const proposed = this.#rows.get(keyText(key))
      return proposed ? proposed.entry : found[index]
    })
  }

  async scan(range: ScanRange): Promise<Entry[]> {
    assert(range.grouping === undefined, 'nothing is listed in what is only proposed')
    // Each of them may stand in place of one of the store below.
    const below = await this.#base.scan({ ...range, limit: range.limit + this.#rows.size })
    const start = keyText(range.start)
    const end = keyText(range.end)
    const within = new Map(below.map((entry) => [keyText(entry.key), entry] as const))
    for (const [name, { entry }] of this.#rows) {
      if (name < start || name >= end) continue
      if (entry) within.set(name, entry)
      else within.delete(name)
    }
    const sorted = [...within].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)
    return (range.reverse ? sorted.toReversed() : sorted).slice(0, range.limit)
  }

  async scanMany(ranges: readonly ScanRange[]): Promise<Entry[][]> {
    return Promise.all(ranges.map((range) => this.scan(range)))
  }

  async commit({ expect, put, remove }: Change): Promise<boolean> {
    const found = await this.getMany(expect.map(({ key }) => key))
    if (!expect.every(({ stamp }, index) => found[index]?.stamp === stamp)) return false
    this.#lastStamp -= 1
    for (const { key, value } of put)
      this.#rows.set(keyText(key), { key, entry: { key, value, stamp: this.#lastStamp } })
    for (const key of remove) this.#rows.set(keyText(key), { key, entry: undefined })
    return true
  }

  snapshot(): Promise<Snapshot> {
    return this.#base.snapshot()
  }

  /** The store below is not this one's to close. */
  async [Symbol.asyncDispose](): Promise<void> {}
}
