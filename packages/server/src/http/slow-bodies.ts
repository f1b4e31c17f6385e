import type { Clock } from '../base/clock.ts'
import { S3Error } from '../model/s3-error.ts'

/** A body that is being read. */
export interface WatchedBody {
  /** Whether it is the client that is waited for, and not the disk. */
  readonly isWaiting: boolean
  readonly receivedBytes: number
  /** Whether it is held in memory until it is whole. */
  readonly hasDocument: boolean
  waitedSeconds: number
  fail(error: Error): void
}

export interface SlowBodyLimits {
  /** What a body has to bring for each second that it is waited for, after {@link GRACE_SECONDS}. */
  readonly leastBytesPerSecond: number
  /** How long a document is waited for, all in all. */
  readonly documentSeconds: number
}

/** Waited for any body, however little comes. */
const GRACE_SECONDS = 60
const TICK_SECONDS = 1

/**
 * Ends bodies that bring too little for too long: RequestTimeout. Time is counted in steps in which a body was waited for
 * and not by the clock, which may be set, nor while it is the server that takes its time.
 */
export class SlowBodies {
  readonly #limits: SlowBodyLimits
  readonly #bodies = new Set<WatchedBody>()

  constructor(limits: SlowBodyLimits) {
    this.#limits = limits
  }

  add(body: WatchedBody): void {
    this.#bodies.add(body)
  }

  remove(body: WatchedBody): void {
    this.#bodies.delete(body)
  }

  async watch(clock: Clock, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(TICK_SECONDS * 1000, signal).catch(() => undefined)
      this.#tick()
    }
  }

  #tick(): void {
    for (const body of this.#bodies) {
      if (!body.isWaiting) continue
      body.waitedSeconds += TICK_SECONDS
      if (this.#isLate(body)) body.fail(new S3Error('RequestTimeout'))
    }
  }

  #isLate({ waitedSeconds, receivedBytes, hasDocument }: WatchedBody): boolean {
    const { leastBytesPerSecond, documentSeconds } = this.#limits
    if (hasDocument && waitedSeconds > documentSeconds) return true
    return waitedSeconds > GRACE_SECONDS + receivedBytes / leastBytesPerSecond
  }
}
