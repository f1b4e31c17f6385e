import type { LongReads } from './long-reads.ts'

/** Content that readers of this process are in the middle of; the garbage worker leaves it until they are done. */
export class ContentPins {
  readonly #counts = new Map<string, number>()
  readonly #released: () => void
  readonly #longReads: LongReads | undefined

  /** `released` is told whenever some content is no longer read by anyone; `longReads` tells other processes. */
  constructor(released: () => void, longReads?: LongReads) {
    this.#released = released
    this.#longReads = longReads
  }

  /** `isInParts`: the content is in several blobs, opened one after the other. */
  pin(contentId: string, isInParts = false): void {
    const count = this.#counts.get(contentId) ?? 0
    this.#counts.set(contentId, count + 1)
    if (count === 0 && isInParts) this.#longReads?.begin(contentId)
  }

  unpin(contentId: string): void {
    const count = (this.#counts.get(contentId) ?? 0) - 1
    if (count > 0) {
      this.#counts.set(contentId, count)
      return
    }
    this.#counts.delete(contentId)
    this.#longReads?.end(contentId)
    this.#released()
  }

  isPinned(contentId: string): boolean {
    return this.#counts.has(contentId)
  }
}
