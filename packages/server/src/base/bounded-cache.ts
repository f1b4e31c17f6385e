interface Entry<Value> {
  readonly value: Value
  readonly sizeBytes: number
}

/**
 * What was used last, within a size: what was unused for longest goes first. Sizes are told by whoever puts something in,
 * with what it costs in memory and not only on the wire.
 */
export class BoundedCache<Value> {
  readonly #mostBytes: number
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry<Value>>()
  #sizeBytes = 0
  #lastUsed: string | undefined

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  get count(): number {
    return this.#entries.size
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    if (key !== this.#lastUsed) {
      this.#entries.delete(key)
      this.#entries.set(key, entry)
      this.#lastUsed = key
    }
    return entry.value
  }

  /** What is larger than the cache is not kept. */
  set(key: string, value: Value, sizeBytes: number): void {
    this.delete(key)
    const entry = { value, sizeBytes: sizeBytes + ENTRY_BYTES + key.length }
    if (entry.sizeBytes > this.#mostBytes) return
    this.#entries.set(key, entry)
    this.#lastUsed = key
    this.#sizeBytes += entry.sizeBytes
    for (const oldest of this.#entries.keys()) {
      if (this.#sizeBytes <= this.#mostBytes) return
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#sizeBytes -= entry.sizeBytes
  }
}

/** An entry itself, and its place in the map. */
const ENTRY_BYTES = 128
