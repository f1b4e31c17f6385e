/** Bytes that one use of a memory may hold when it is alone, when there are many, and all together as far as that goes. */
export interface MemoryShareOptions {
  readonly mostBytes: number
  readonly leastBytes: number
  readonly totalBytes: number
}

/**
 * How much each of several may hold of one kind of memory. Alone, as much as makes it fast; many at once, less, since what
 * a burst has taken of the heap is hardly ever given back to the system: it goes on lying between what is still in use.
 */
export class MemoryShare {
  readonly #options: MemoryShareOptions
  #users = 0

  constructor(options: MemoryShareOptions) {
    this.#options = options
  }

  /** What each may hold now. */
  get bytes(): number {
    const { mostBytes, leastBytes, totalBytes } = this.#options
    return Math.min(mostBytes, Math.max(leastBytes, Math.floor(totalBytes / Math.max(this.#users, 1))))
  }

  /** Whoever enters must leave, once. */
  enter(): void {
    this.#users++
  }

  leave(): void {
    this.#users--
  }
}
