import { type Clock, systemClock } from '../base/clock.ts'
import { type Random, systemRandom } from '../base/random.ts'
import { type OrderedStore, originOf, type Put } from './ordered-store.ts'
import type { WrittenVersion } from './written-version.ts'
import { usageShares } from './tables/usage-tables.ts'
import { addUsage, noUsage, type UsageAmounts } from './usage-amounts.ts'

/** How long a process writes the same shares. One of a period before the last is nobody's any more. */
export const USAGE_PERIOD_MILLISECONDS = 10 * 60_000

/**
 * Counts what the commits of this process change, in rows of those very commits. Each commit under way has a share of its
 * own, and what it writes there is the sum of all that share's commits so far: so commits neither conflict over a counter nor
 * leave a row each, and whatever a crash takes away takes its count with it (ADR 18).
 */
export class UsageLedger {
  readonly #clock: Clock
  readonly #random: Random
  readonly #idle = new Map<string, UsageShare[]>()
  readonly #made = new Map<string, number>()
  #period = -1
  #process = ''

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  /** Whose shares they are for now, as their keys have it. */
  get writer(): { readonly period: number; readonly name: string } {
    this.#keepTime()
    return { period: this.#period, name: this.#process }
  }

  /** A text that nobody else has. */
  freshName(): string {
    return this.#random.bytes(9).toString('base64url')
  }

  /** A share that no other commit has, until it is given back. */
  take(bucketId: string): UsageShare {
    this.#keepTime()
    return this.#idle.get(bucketId)?.pop() ?? this.#make(bucketId)
  }

  /** For further commits. One whose commit may or may not have happened must never come back. */
  giveBack(share: UsageShare): void {
    if (share.period !== this.#period) return
    const idle = this.#idle.get(share.bucketId)
    if (idle) idle.push(share)
    else this.#idle.set(share.bucketId, [share])
  }

  #keepTime(): void {
    const period = usagePeriod(this.#clock)
    if (period !== this.#period) this.#begin(period)
  }

  /** By a new name, since a clock may have been set back to a period that there has been. */
  #begin(period: number): void {
    this.#period = period
    this.#process = this.#random.bytes(6).toString('base64url')
    this.#idle.clear()
    this.#made.clear()
  }

  #make(bucketId: string): UsageShare {
    const number = this.#made.get(bucketId) ?? 0
    this.#made.set(bucketId, number + 1)
    return new UsageShare(
      bucketId,
      this.#period,
      usageShares.key(bucketId, this.#period, this.#process, number),
    )
  }
}

/** From 1, since the base stands at 0. */
export function usagePeriod(clock: Clock): number {
  return Math.max(1, Math.floor(clock.now().getTime() / USAGE_PERIOD_MILLISECONDS))
}

class UsageShare {
  readonly bucketId: string
  readonly period: number
  readonly #key: Buffer
  /** As the last commit that happened left it. */
  readonly #total = noUsage()
  /** What the commit under way writes; kept, since each PUT has one. */
  readonly #next = noUsage()

  constructor(bucketId: string, period: number, key: Buffer) {
    this.bucketId = bucketId
    this.period = period
    this.#key = key
  }

  /** What a commit writes that changes so much. */
  put(change: UsageAmounts, version: WrittenVersion): Put {
    const next = Object.assign(this.#next, this.#total)
    addUsage(next, change)
    return { key: this.#key, value: usageShares.encode(this.#key, next, version) }
  }

  /** The commit happened. */
  add(change: UsageAmounts): void {
    addUsage(this.#total, change)
  }
}

const ledgers = new WeakMap<OrderedStore, UsageLedger>()

/** The one of a store in this process. */
export function usageLedger(store: OrderedStore): UsageLedger {
  const origin = originOf(store)
  const known = ledgers.get(origin)
  if (known) return known
  const ledger = new UsageLedger(systemClock, systemRandom)
  ledgers.set(origin, ledger)
  return ledger
}

/** For a process that has a clock of its own; before the first commit. */
export function setUsageLedger(store: OrderedStore, ledger: UsageLedger): void {
  ledgers.set(originOf(store), ledger)
}
