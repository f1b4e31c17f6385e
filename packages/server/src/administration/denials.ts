/** A request of the recent past that was refused, and why. Nothing of it is secret. */
export interface Denial {
  readonly requestId: string
  readonly time: string
  readonly status: number
  readonly code?: string | undefined
  readonly operation: string
  /** An ARN, or `anonymous`; absent where a signature was not believed. */
  readonly principal?: string | undefined
  readonly bucket?: string | undefined
  readonly key?: string | undefined
  readonly versionId?: string | undefined
  readonly reasons: readonly string[]
  /** Who asked; absent for strangers. */
  readonly callerAccountId?: string | undefined
  /** Whose bucket it was about, where it was about one that there is. */
  readonly ownerAccountId?: string | undefined
  /** Whose bucket it was refused at, where that may be another: the source of a copy. */
  readonly refusingAccountId?: string | undefined
}

/** Of one process: the ones before are forgotten. */
const MOST_DENIALS = 1000
const MOST_REASONS = 50
const MOST_CHARACTERS = 400

/** The last refused requests of this process, by their ids. */
export class Denials {
  readonly #byId = new Map<string, Denial>()

  note(denial: Denial): void {
    const reasons = denial.reasons.slice(0, MOST_REASONS).map((text) => text.slice(0, MOST_CHARACTERS))
    this.#byId.set(denial.requestId, { ...denial, reasons })
    const [oldest] = this.#byId.keys()
    if (this.#byId.size > MOST_DENIALS && oldest !== undefined) this.#byId.delete(oldest)
  }

  find(requestId: string): Denial | undefined {
    return this.#byId.get(requestId)
  }
}

/** Reasons that lie in what the caller's own account gives them. */
const OF_CALLER = /^(identity-policy|permissions-boundary|session-policy)\b/
/** Reasons that lie in neither account's policies. */
const OF_NOBODY = /^(default|owner)\b/

/**
 * What an account may know of a denial: of its own requests to its own buckets all; where another account is at one end, nothing of
 * that one's policies. `undefined` where it is none of its business. `isOperator`: it may see what no account is known of.
 */
export function denialFor(denial: Denial, accountId: string, isOperator: boolean): Denial | undefined {
  const { callerAccountId, ownerAccountId, refusingAccountId = ownerAccountId, reasons } = denial
  const isCaller = callerAccountId === accountId
  const isOwner = ownerAccountId === accountId
  if (callerAccountId === undefined && ownerAccountId === undefined) return isOperator ? denial : undefined
  if (!isCaller && !isOwner) return undefined
  const isForeign = refusingAccountId !== undefined && refusingAccountId !== accountId
  if (isCaller && !isForeign) return denial
  const isShown = (reason: string): boolean =>
    OF_NOBODY.test(reason) || (OF_CALLER.test(reason) ? isCaller : !isForeign)
  return { ...denial, reasons: reasons.filter(isShown) }
}

/** Whether it is one, of what another process of the same program answered. */
export function isDenial(answer: object | undefined): answer is Denial {
  return answer !== undefined && 'requestId' in answer
}
