/** Content that readers of this process are in the middle of; the garbage worker leaves it until they are done. */
export class ContentPins {
  readonly #counts = new Map<string, number>()
  readonly #released: () => void

  /** `released` is told whenever some content is no longer read by anyone. */
  constructor(released: () => void) {
    this.#released = released
  }

  pin(contentId: string): void {
    this.#counts.set(contentId, (this.#counts.get(contentId) ?? 0) + 1)
  }

  unpin(contentId: string): void {
    const count = (this.#counts.get(contentId) ?? 0) - 1
    if (count > 0) {
      this.#counts.set(contentId, count)
      return
    }
    this.#counts.delete(contentId)
    this.#released()
  }

  isPinned(contentId: string): boolean {
    return this.#counts.has(contentId)
  }
}
