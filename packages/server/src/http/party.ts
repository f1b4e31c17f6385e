import { accountOf, type Principal } from '../access/principal.ts'
import type { Allowance } from '../limits/allowance.ts'
import type { FairGate } from '../limits/fair-gate.ts'
import type { Throttle } from '../limits/throttle.ts'

/** Who is limited as one. */
export interface Party {
  readonly requests: Allowance | undefined
  readonly bytes: Throttle | undefined
}

/** What became of the requests of one account, or of all strangers. */
export interface Tally {
  /** Refused since they were too many a second. */
  overRate: number
  /** Refused since too many waited already. */
  overShare: number
}

/** What the limits of a server mean for its parties. */
export interface Limits {
  /** Absent where places are not shared out. */
  readonly gate: FairGate | undefined
  userOf(principal: Principal): Party
  accountOf(principal: Principal, remoteAddress: string | undefined): Party
  weightOf(name: string): number
  leaveLater(name: string): void
  tallyOf(name: string): Tally
}

/** What all who do not sign are called. */
export const STRANGERS = 'anonymous'

/** What a party is called in metrics and at the gate. */
export function partyName(principal: Principal): string {
  return accountOf(principal)?.id ?? STRANGERS
}
