import type { Entry, OrderedStore } from '../../../packages/server/src/metadata/ordered-store.ts'
import { inlineBytes } from '../../../packages/server/src/metadata/tables/tables.ts'

/** A metadata store whose inline bytes come back altered. */
export class TamperingStore {
  /** Flips a bit of inline bytes of that size, so far from their end. */
  flips: { readonly sealedBytes: number; readonly fromEnd: number } | undefined
  /** Gives the first inline bytes of that size that are read for all others. */
  replaysBytes: number | undefined
  #first: Uint8Array | undefined

  around(inner: OrderedStore): OrderedStore {
    return {
      get: async (key) => this.#altered(await inner.get(key)),
      getMany: async (keys) => (await inner.getMany(keys)).map((entry) => this.#altered(entry)),
      scan: (range) => inner.scan(range),
      scanMany: (ranges) => inner.scanMany(ranges),
      commit: (change) => inner.commit(change),
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    }
  }

  #altered<T extends Entry | undefined>(entry: T): T {
    if (!entry || !isInline(entry)) return entry
    const { length } = inlineBytes.decode(entry.value)
    if (this.replaysBytes === length) return { ...entry, value: (this.#first ??= entry.value) }
    if (this.flips?.sealedBytes !== length) return entry
    const value = Buffer.from(entry.value)
    const offset = value.length - this.flips.fromEnd
    value[offset] = (value[offset] ?? 0) ^ 1
    return { ...entry, value }
  }
}

const TABLE = inlineBytes.range()

function isInline({ key }: Entry): boolean {
  return Buffer.compare(key, TABLE.start) >= 0 && Buffer.compare(key, TABLE.end) < 0
}
