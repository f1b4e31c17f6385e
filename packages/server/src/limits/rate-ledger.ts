import type { Clock } from '../base/clock.ts'
import type { Soon } from '../base/soon.ts'

/** How much may be taken a second, and at once by who took nothing for a while. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** What may be taken now: nothing of it before so long, where it is 0. */
export interface Lease {
  readonly granted: number
  readonly waitMilliseconds: number
}

/** Who keeps the sum of what all processes take. */
export interface Lender {
  /** Whole numbers, from 1 to what is wanted; less where less is left. */
  lease(name: string, rate: Rate, wanted: number): Soon<Lease>
}

interface Bucket {
  level: number
  atMilliseconds: number
}

/** Beyond it the one that was used least recently is forgotten, and begins anew with its burst. */
const MOST_BUCKETS = 10_000

/** Token buckets by name. Rates come with each question, so that they may change while it lives. */
export class RateLedger implements Lender {
  readonly #clock: Pick<Clock, 'elapsedMilliseconds'>
  /** The least recently used first. */
  readonly #buckets = new Map<string, Bucket>()

  constructor(clock: Pick<Clock, 'elapsedMilliseconds'>) {
    this.#clock = clock
  }

  lease(name: string, rate: Rate, wanted: number): Lease {
    const bucket = this.#filled(name, rate)
    if (bucket.level < 1) {
      return { granted: 0, waitMilliseconds: Math.ceil(((1 - bucket.level) / rate.perSecond) * 1000) }
    }
    const granted = Math.min(wanted, Math.floor(bucket.level))
    bucket.level -= granted
    return { granted, waitMilliseconds: 0 }
  }

  #filled(name: string, { perSecond, burst }: Rate): Bucket {
    const now = this.#clock.elapsedMilliseconds()
    const known = this.#buckets.get(name)
    const bucket = known ?? { level: burst, atMilliseconds: now }
    if (known) this.#buckets.delete(name)
    this.#buckets.set(name, bucket)
    const passedSeconds = Math.max(0, now - bucket.atMilliseconds) / 1000
    bucket.level = Math.min(burst, bucket.level + passedSeconds * perSecond)
    bucket.atMilliseconds = now
    const [oldest] = this.#buckets.size > MOST_BUCKETS ? this.#buckets.keys() : []
    if (oldest !== undefined) this.#buckets.delete(oldest)
    return bucket
  }
}
