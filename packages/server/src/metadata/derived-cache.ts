import { BoundedCache } from '../base/bounded-cache.ts'
import { type Soon, soon } from '../base/soon.ts'
import type { Entry, Expectation, OrderedStore } from './ordered-store.ts'
import { transact, type Transaction } from './transaction.ts'

interface Derived<Value> {
  readonly value: Value
  /** All that it was worked out of. */
  readonly reads: readonly Expectation[]
}

/**
 * What is worked out of several rows, until one of them changes. Those that it was worked out of last time are read each time, and their
 * stamps compared: nothing is ever stale, whichever process writes.
 */
export class DerivedCache<Value> {
  readonly #metadata: OrderedStore
  readonly #known: BoundedCache<Derived<Value>>
  readonly #sizeOf: (value: Value) => number
  /** Whether reads have been waited for: then all go in one. */
  #isFar = false

  /** `sizeOf`: the bytes in memory that a value keeps. */
  constructor(metadata: OrderedStore, mostBytes: number, sizeOf: (value: Value) => number) {
    this.#metadata = metadata
    this.#known = new BoundedCache(mostBytes)
    this.#sizeOf = sizeOf
  }

  /** `derive` reads all rows through the transaction, and writes nothing; it may be run several times. */
  find(name: string, derive: (rows: Transaction) => Soon<Value>): Soon<Value> {
    const known = this.#known.get(name)
    if (!known) return this.#derive(name, derive)
    return soon(this.#isSame(known.reads), (isSame) => (isSame ? known.value : this.#derive(name, derive)))
  }

  /**
   * What is at hand costs less row by row than a promise of them all. Rows that are as they were, one after the other, were
   * so together when the first was read: stamps never come again.
   */
  #isSame(reads: readonly Expectation[]): Soon<boolean> {
    const told = this.#metadata.isAsRead?.(reads)
    if (told !== undefined) return told
    if (this.#isFar && reads.length > 1) return this.#areSame(reads)
    for (const { key, stamp } of reads) {
      const entry = this.#metadata.get(key)
      if (entry instanceof Promise) return this.#afar(entry, reads)
      if (entry?.stamp !== stamp) return false
    }
    return true
  }

  async #afar(first: Promise<Entry | undefined>, reads: readonly Expectation[]): Promise<boolean> {
    this.#isFar = true
    await first
    return this.#areSame(reads)
  }

  async #areSame(reads: readonly Expectation[]): Promise<boolean> {
    const entries = await this.#metadata.getMany(reads.map(({ key }) => key))
    return reads.every(({ stamp }, index) => entries[index]?.stamp === stamp)
  }

  async #derive(name: string, derive: (rows: Transaction) => Soon<Value>): Promise<Value> {
    const derived = await transact(this.#metadata, async (rows) => ({
      value: await derive(rows),
      reads: rows.reads,
    }))
    this.#known.set(name, derived, this.#sizeOf(derived.value) + sizeOfReads(derived.reads))
    return derived.value
  }
}

/** A key and a stamp, and what holds them. */
const BYTES_OF_READ = 200

function sizeOfReads(reads: readonly Expectation[]): number {
  return reads.reduce((sum, { key }) => sum + BYTES_OF_READ + key.length, 0)
}
