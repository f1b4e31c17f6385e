import type { Entry, OrderedStore } from '../../../packages/server/src/metadata/ordered-store.ts'
import { inlineBytes } from '../../../packages/server/src/metadata/tables/tables.ts'

/** A metadata store whose inline bytes come back altered. */
export class TamperingStore {
  /** Flips a bit of inline bytes of that size, so far from their end. */
  flips: { readonly sealedBytes: number; readonly fromEnd: number } | undefined
  /** Gives the first inline bytes of that size that are read for all others. */
  replaysBytes: number | undefined
  /** The bytes of inline content. */
  #first: Uint8Array | undefined

  around(inner: OrderedStore): OrderedStore {
    return {
      get: async (key) => this.#altered(await inner.get(key)),
      getMany: async (keys) => (await inner.getMany(keys)).map((entry) => this.#altered(entry)),
      scan: (range) => inner.scan(range),
      scanMany: (ranges) => inner.scanMany(ranges),
      snapshot: () => inner.snapshot(),
      commit: (change) => inner.commit(change),
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    }
  }

  #altered<T extends Entry | undefined>(entry: T): T {
    if (!entry || !isInline(entry)) return entry
    const bytes = Buffer.from(inlineBytes.decode(entry))
    if (this.replaysBytes === bytes.length) return withBytes(entry, (this.#first ??= bytes))
    if (this.flips?.sealedBytes !== bytes.length) return entry
    const offset = bytes.length - this.flips.fromEnd
    bytes[offset] = (bytes[offset] ?? 0) ^ 1
    return withBytes(entry, bytes)
  }
}

/** With a checksum that is right: who can write rows can write that. */
function withBytes<T extends Entry>(entry: T, bytes: Uint8Array): T {
  return { ...entry, value: inlineBytes.encode(entry.key, bytes, 2) }
}

const TABLE = inlineBytes.range()

function isInline({ key }: Entry): boolean {
  return Buffer.compare(key, TABLE.start) >= 0 && Buffer.compare(key, TABLE.end) < 0
}
