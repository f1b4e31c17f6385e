import type { Clock } from '../../../base/clock.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { contentReads } from '../../../metadata/tables/worker-tables.ts'
import { transact } from '../../../metadata/transaction.ts'

export interface LongReadsOptions {
  readonly metadata: OrderedStore
  readonly clock: Clock
  readonly processId: string
  /** A read that takes longer than this is announced. Other processes let go of nothing for twice as long. */
  readonly announcedAfterMilliseconds: number
}

interface Read {
  readonly ended: AbortController
  /** Resolves when the announcement was made or given up. */
  readonly announced: Promise<void>
}

/**
 * Announces to other processes what this one has been reading for a while, where that is in several blobs: a file that is
 * open stays readable, those that are still to be opened would be gone; or where nothing can be held open, as in a pool. A read that is over soon costs nothing.
 */
export class LongReads {
  readonly #options: LongReadsOptions
  readonly #reads = new Map<string, Read>()

  constructor(options: LongReadsOptions) {
    this.#options = options
  }

  begin(contentId: string): void {
    if (this.#reads.has(contentId)) return
    const ended = new AbortController()
    this.#reads.set(contentId, { ended, announced: this.#announceLater(contentId, ended.signal) })
  }

  /** Announces one that has begun, durably. */
  async announce(contentId: string): Promise<void> {
    const { metadata, processId } = this.#options
    await transact(metadata, (transaction) => transaction.put(contentReads, [contentId, processId], {}))
  }

  end(contentId: string): void {
    const read = this.#reads.get(contentId)
    if (!read) return
    this.#reads.delete(contentId)
    read.ended.abort()
    // What cannot be taken back goes when this process ends.
    void read.announced.then(() => this.#takeBack(contentId)).catch(() => undefined)
  }

  async #announceLater(contentId: string, signal: AbortSignal): Promise<void> {
    const { clock, announcedAfterMilliseconds } = this.#options
    let waitMilliseconds = announcedAfterMilliseconds
    while (!signal.aborted) {
      try {
        await clock.sleep(waitMilliseconds, signal)
        await this.announce(contentId)
        return
      } catch {
        // Over already, or the store is unwell: then soon again.
        waitMilliseconds = announcedAfterMilliseconds / 10
      }
    }
  }

  async #takeBack(contentId: string): Promise<void> {
    const { metadata, processId } = this.#options
    await transact(metadata, async (transaction) => {
      // Another read of it may have begun meanwhile; and most were never announced.
      if (this.#reads.has(contentId) || !(await transaction.get(contentReads, contentId, processId))) return
      transaction.remove(contentReads, contentId, processId)
    })
  }
}
