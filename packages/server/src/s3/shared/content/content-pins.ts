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

  /** `isToldOthers`: another process could take it away, as it is in several blobs that are opened one after the other, or in one that nobody holds open. */
  pin(contentId: string, isToldOthers = false): void {
    const count = this.#counts.get(contentId) ?? 0
    this.#counts.set(contentId, count + 1)
    if (isToldOthers) this.#longReads?.begin(contentId)
  }

  /** Has other processes know of what was pinned so as to be told, at once. */
  async tellOthers(contentId: string): Promise<void> {
    await this.#longReads?.announce(contentId)
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
