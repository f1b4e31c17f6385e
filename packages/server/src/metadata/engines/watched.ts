import type { Clock } from '../../base/clock.ts'
import type { Soon } from '../../base/soon.ts'
import type { Change, Entry, Expectation, OrderedStore, ScanRange, Snapshot } from '../ordered-store.ts'

export interface WatchOptions {
  readonly clock: Clock
  readonly timeoutMilliseconds: number
  /** Called once, when a commit has had no answer for so long. */
  readonly onStuck: () => void
}

/** A look at the commits under way every quarter of the timeout; what five looks in a row find has been too long. */
const LOOKS = 4

/** A store whose commits are watched. Looks are counted, not the time between them: a clock that is set makes none late. */
export class WatchedStore implements OrderedStore {
  readonly #inner: OrderedStore
  readonly #options: WatchOptions
  /** How many are under way, by the look before which they began. */
  readonly #begunBefore = Array.from({ length: LOOKS + 2 }, () => 0)
  #looks = 0
  readonly #stop = new AbortController()

  constructor(inner: OrderedStore, options: WatchOptions) {
    this.#inner = inner
    this.#options = options
    void this.#watch()
  }

  get(key: Uint8Array): Soon<Entry | undefined> {
    return this.#inner.get(key)
  }

  getMany(keys: readonly Uint8Array[]): Promise<(Entry | undefined)[]> {
    return this.#inner.getMany(keys)
  }

  isAsRead(reads: readonly Expectation[]): boolean | undefined {
    return this.#inner.isAsRead?.(reads)
  }

  scan(range: ScanRange): Promise<Entry[]> {
    return this.#inner.scan(range)
  }

  scanMany(ranges: readonly ScanRange[]): Promise<Entry[][]> {
    return this.#inner.scanMany(ranges)
  }

  snapshot(): Promise<Snapshot> {
    return this.#inner.snapshot()
  }

  async mark(): Promise<string | undefined> {
    return this.#inner.mark?.()
  }

  commit(change: Change): Promise<boolean> {
    const committing = this.#inner.commit(change)
    const look = this.#looks
    this.#count(look, 1)
    const settled = (): void => void this.#count(look, -1)
    committing.then(settled, settled)
    return committing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inner[Symbol.asyncDispose]()
    this.#stop.abort()
  }

  async #watch(): Promise<void> {
    const { clock, timeoutMilliseconds, onStuck } = this.#options
    for (;;) {
      await clock.sleep(timeoutMilliseconds / LOOKS, this.#stop.signal).catch(() => undefined)
      if (this.#stop.signal.aborted) return
      this.#looks++
      if (this.#count(this.#looks - LOOKS - 1, 0) > 0) return onStuck()
    }
  }

  #count(look: number, more: number): number {
    const place = (look + this.#begunBefore.length) % this.#begunBefore.length
    return (this.#begunBefore[place] = (this.#begunBefore[place] ?? 0) + more)
  }
}
