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
 * What is worked out of several rows, until one of them changes. Those that it was worked out of last time are read each time, all in one
 * `getMany`, and their stamps compared: nothing is ever stale, whichever process writes.
 */
export class DerivedCache<Value> {
  readonly #metadata: OrderedStore
  readonly #known: BoundedCache<Derived<Value>>
  readonly #sizeOf: (value: Value) => number

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
    const [first] = known.reads
    if (!first) return known.value
    if (known.reads.length === 1) {
      return soon(this.#metadata.get(first.key), (entry) =>
        entry?.stamp === first.stamp ? known.value : this.#derive(name, derive),
      )
    }
    return this.#metadata
      .getMany(known.reads.map(({ key }) => key))
      .then((entries) => (isSame(known.reads, entries) ? known.value : this.#derive(name, derive)))
  }

  async #derive(name: string, derive: (rows: Transaction) => Soon<Value>): Promise<Value> {
    const derived = await transact(this.#metadata, async (rows) => ({
      value: await derive(rows),
      reads: rows.reads,
    }))
    this.#known.set(name, derived, this.#sizeOf(derived.value))
    return derived.value
  }
}

function isSame(reads: readonly Expectation[], entries: readonly (Entry | undefined)[]): boolean {
  return reads.every(({ stamp }, index) => entries[index]?.stamp === stamp)
}
