const MOST_CACHED = 1000

/** Parsed documents of buckets by their id, which changes with every put: nothing in here is ever stale. */
export class DocumentCache {
  readonly #parsed = new Map<string, unknown>()

  get(id: string): unknown {
    return this.#parsed.get(id)
  }

  set(id: string, parsed: unknown): void {
    const [oldest] = this.#parsed.keys()
    if (oldest !== undefined && this.#parsed.size >= MOST_CACHED) this.#parsed.delete(oldest)
    this.#parsed.set(id, parsed)
  }
}
