import { accountOf, entityOf, ownArnOf, type Principal } from '../access/principal.ts'
import type { Clock } from '../base/clock.ts'
import type { PartyRate, RatesConfig } from '../config/rates-config.ts'
import { addressGroup } from '../limits/address-group.ts'
import { Allowance } from '../limits/allowance.ts'
import { FairGate } from '../limits/fair-gate.ts'
import type { Lender, Rate } from '../limits/rate-ledger.ts'
import { Throttle } from '../limits/throttle.ts'
import { Admission } from './admission.ts'
import { type Limits, type Party, STRANGERS, type Tally } from './party.ts'

interface AdmissionsParts {
  readonly rates: RatesConfig
  readonly lender: Lender
  readonly clock: Clock
}

/** What limits do, for metrics. */
export interface LimitCounts {
  readonly tallies: ReadonlyMap<string, Tally>
  /** How long bodies were held back. */
  readonly heldBackSeconds: number
  readonly atOnce: { readonly held: number; readonly waiting: number } | undefined
}

/** Of one party, for each of all places; who waits asks less often than who is refused. */
const WAITING_FOR_EACH_PLACE = 10
/** Those beyond it begin anew: there is no end of strangers' addresses. */
const MOST_PARTIES = 10_000
const MEGABYTE_BYTES = 1024 * 1024
const NO_LIMIT: Party = { requests: undefined, bytes: undefined }

/** The limits of a server: how often each may ask, how much at once, and who goes first where all is taken. */
export class Admissions implements Limits {
  readonly gate: FairGate | undefined
  readonly #parts: AdmissionsParts
  readonly #parties = new Map<string, Party>()
  #leaving: string[] = []
  readonly #tallies = new Map<string, Tally>()
  /** Of parties that were forgotten. */
  #heldBackMilliseconds = 0

  constructor(parts: AdmissionsParts) {
    const { requestsAtOnce } = parts.rates
    const isShared = requestsAtOnce !== undefined
    this.gate = isShared ? new FairGate(requestsAtOnce, requestsAtOnce * WAITING_FOR_EACH_PLACE) : undefined
    this.#parts = parts
  }

  /** For one request. */
  begin(remoteAddress: string | undefined): Admission {
    return new Admission(this, remoteAddress)
  }

  /** The user or role, where one is limited. */
  userOf(principal: Principal): Party {
    const { users, eachUser } = this.#parts.rates
    if (!users && !eachUser) return NO_LIMIT
    const arn = entityOf(principal)?.arn ?? (principal.kind === 'user' ? ownArnOf(principal) : undefined)
    return arn === undefined ? NO_LIMIT : this.#party(arn, users?.[arn] ?? eachUser)
  }

  /** The account, or the strangers of a group of addresses. */
  accountOf(principal: Principal, remoteAddress: string | undefined): Party {
    const { accounts, eachAccount, anonymous } = this.#parts.rates
    const id = accountOf(principal)?.id
    if (id !== undefined) return this.#party(id, accounts?.[id] ?? eachAccount)
    if (!anonymous) return NO_LIMIT
    return this.#party(`${STRANGERS} ${addressGroup(remoteAddress ?? '')}`, anonymous)
  }

  weightOf(name: string): number {
    return this.#parts.rates.accounts?.[name]?.weight ?? 1
  }

  /**
   * Gives back a place when all that came in this turn has been looked at: small requests are over before the next one is read, and
   * would never meet at the gate.
   */
  leaveLater(name: string): void {
    if (this.#leaving.push(name) > 1) return
    setImmediate(() => {
      const leaving = this.#leaving
      this.#leaving = []
      for (const one of leaving) this.gate?.leave(one)
    })
  }

  tallyOf(name: string): Tally {
    const known = this.#tallies.get(name)
    if (known) return known
    const tally = { overRate: 0, overShare: 0 }
    this.#tallies.set(name, tally)
    return tally
  }

  get counts(): LimitCounts {
    const waits = [...this.#parties.values()].map(({ bytes }) => bytes?.waitedMilliseconds ?? 0)
    const milliseconds = waits.reduce((sum, one) => sum + one, this.#heldBackMilliseconds)
    return { tallies: this.#tallies, heldBackSeconds: milliseconds / 1000, atOnce: this.gate?.counts }
  }

  #party(name: string, rate: PartyRate | undefined): Party {
    if (!rate) return NO_LIMIT
    const known = this.#parties.get(name)
    if (known) return known
    const party = this.#newParty(name, rate)
    this.#parties.set(name, party)
    const [oldest] = this.#parties.size > MOST_PARTIES ? this.#parties : []
    if (oldest) {
      this.#parties.delete(oldest[0])
      this.#heldBackMilliseconds += oldest[1].bytes?.waitedMilliseconds ?? 0
    }
    return party
  }

  #newParty(name: string, { requestsPerSecond, megabytesPerSecond, burstSeconds = 1 }: PartyRate): Party {
    const { clock } = this.#parts
    const allowanceOf = (what: string, perSecond: number | undefined): Allowance | undefined => {
      if (perSecond === undefined) return undefined
      const rate: Rate = { perSecond, burst: Math.max(1, perSecond * burstSeconds) }
      return new Allowance({ ...this.#parts, name: `${what} ${name}`, rate })
    }
    const bytes = allowanceOf('bytes', megabytesPerSecond && megabytesPerSecond * MEGABYTE_BYTES)
    return {
      requests: allowanceOf('requests', requestsPerSecond),
      bytes: bytes && new Throttle(bytes, clock),
    }
  }
}
