import type { Clock } from '../base/clock.ts'
import { type Soon, soon } from '../base/soon.ts'
import type { Lender, Rate } from './rate-ledger.ts'

interface AllowanceParts {
  readonly name: string
  readonly rate: Rate
  readonly lender: Lender
  readonly clock: Pick<Clock, 'elapsedMilliseconds'>
}

/** Who comes back sooner is busy, and borrows twice as much as before. */
const SOON_MILLISECONDS = 100
/** Of what a second has: so much of it each process may hold and not use. */
const MOST_SHARE = 0.1
/** What was borrowed longer ago is not used any more: others may have needed it, and it is no burst on top of the burst. */
const KEPT_MILLISECONDS = 1000

/**
 * What one process may take of a rate that others take from, too. It borrows what it needs, and where that takes a while and it needs
 * much, more than that, so that it need not ask for each.
 */
export class Allowance {
  readonly rate: Rate
  readonly #parts: AllowanceParts
  #left = 0
  #borrowed = 1
  /** Whether whoever lends is in another process. */
  #isFar = false
  #borrowedAtMilliseconds = -Infinity
  /** Until then there is nothing. */
  #emptyUntilMilliseconds = -Infinity
  #asking: Promise<void> | undefined

  constructor(parts: AllowanceParts) {
    this.rate = parts.rate
    this.#parts = parts
  }

  /**
   * Takes a whole amount, and gives 0; or takes nothing, and gives the milliseconds after which to ask again. Of amounts above 1, none is to
   * be more than the burst or a quarter of a second has.
   */
  take(amount: number): Soon<number> {
    const now = this.#now()
    if (now - this.#borrowedAtMilliseconds > KEPT_MILLISECONDS) this.#left = 0
    if (this.#took(amount)) return 0
    if (now < this.#emptyUntilMilliseconds) return Math.ceil(this.#emptyUntilMilliseconds - now)
    // One question for all who wait.
    if (this.#asking) return this.#asking.then(() => this.take(amount))
    const borrowing = this.#borrow(amount, now)
    return soon(borrowing, () => this.#taken(amount))
  }

  #taken(amount: number): number {
    if (this.#took(amount)) return 0
    const missing = ((amount - this.#left) / this.rate.perSecond) * 1000
    return Math.max(1, Math.ceil(Math.max(missing, this.#emptyUntilMilliseconds - this.#now())))
  }

  #took(amount: number): boolean {
    if (this.#left < amount) return false
    this.#left -= amount
    return true
  }

  #borrow(amount: number, now: number): Soon<void> {
    const { name, rate, lender } = this.#parts
    const isBusy = this.#isFar && now - this.#borrowedAtMilliseconds < SOON_MILLISECONDS
    this.#borrowed = isBusy ? Math.min(this.#borrowed * 2, Math.ceil(rate.perSecond * MOST_SHARE)) : 1
    this.#borrowedAtMilliseconds = now
    const lease = lender.lease(name, rate, Math.max(amount - this.#left, this.#borrowed))
    const use = ({ granted, waitMilliseconds }: Awaited<typeof lease>): void => {
      this.#left += granted
      if (granted === 0) this.#emptyUntilMilliseconds = this.#now() + waitMilliseconds
    }
    this.#isFar = lease instanceof Promise
    if (!(lease instanceof Promise)) return use(lease)
    return (this.#asking = lease.then(use).finally(() => (this.#asking = undefined)))
  }

  #now(): number {
    return this.#parts.clock.elapsedMilliseconds()
  }
}
