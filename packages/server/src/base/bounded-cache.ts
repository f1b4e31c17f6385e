interface Entry<Value> {
  readonly value: Value
  readonly sizeBytes: number
  /** Since it was put in, or was last passed over. */
  isUsed: boolean
}

/**
 * What was used last, within a size: what was put in first goes first, unless it was used since. Sizes are told by whoever puts something in,
 * with what it costs in memory and not only on the wire.
 */
export class BoundedCache<Value, Key extends string | number = string> {
  readonly #mostBytes: number
  /** In the order in which they go. A use only marks them: to move them each time costs five times as much. */
  readonly #entries = new Map<Key, Entry<Value>>()
  #sizeBytes = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  get count(): number {
    return this.#entries.size
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    entry.isUsed = true
    return entry.value
  }

  /** What is larger than the cache is not kept. */
  set(key: Key, value: Value, sizeBytes: number): void {
    this.delete(key)
    const keyBytes = typeof key === 'string' ? key.length : 0
    const entry = { value, sizeBytes: sizeBytes + ENTRY_BYTES + keyBytes, isUsed: false }
    if (entry.sizeBytes > this.#mostBytes) return
    this.#entries.set(key, entry)
    this.#sizeBytes += entry.sizeBytes
    for (const [name, oldest] of this.#entries) {
      if (this.#sizeBytes <= this.#mostBytes) return
      if (oldest.isUsed) this.#passOver(name, oldest)
      else if (name !== key) this.delete(name)
    }
  }

  #passOver(key: Key, entry: Entry<Value>): void {
    entry.isUsed = false
    this.#entries.delete(key)
    this.#entries.set(key, entry)
  }

  delete(key: Key): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#sizeBytes -= entry.sizeBytes
  }
}

/** An entry itself, and its place in the map. */
const ENTRY_BYTES = 128
