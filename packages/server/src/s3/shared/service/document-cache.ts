import { BoundedCache } from '../../../base/bounded-cache.ts'

const MOST_BYTES = 64 * 1024 * 1024

/**
 * What a parsed document takes for each byte of its text, and besides. Measured: policies of 18 KB take 5 to 42 times as
 * much, those of a hundred bytes 9 KB.
 */
const BYTES_FOR_EACH = 48
const BYTES_BESIDES = 8 * 1024

/** Parsed documents of buckets by their id, which changes with every put: nothing in here is ever stale. */
export class DocumentCache {
  readonly #parsed = new BoundedCache<unknown>(MOST_BYTES)

  /** Of all that is kept, as far as it is known. */
  get sizeBytes(): number {
    return this.#parsed.sizeBytes
  }

  get(id: string): unknown {
    return this.#parsed.get(id)
  }

  /** `text`: what it was parsed from. */
  set(id: string, parsed: unknown, text: string): void {
    this.#parsed.set(id, parsed, BYTES_BESIDES + BYTES_FOR_EACH * Buffer.byteLength(text))
  }
}
