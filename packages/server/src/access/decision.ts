import { isExplicitDenial, type Reason } from './reason.ts'

export interface Decision {
  readonly allowed: boolean
  /** What was looked at and what it led to, in order; the last one decided. Worked out when asked for. */
  readonly reasons: readonly Reason[]
}

/** Whether a policy says no, where nothing needs to say yes. */
export function isDeniedExplicitly({ allowed, reasons }: Decision): boolean {
  return !allowed && reasons.some(isExplicitDenial)
}

/** Gathers reasons where somebody asked for them. */
export type Trace = Reason[] | undefined

/** Decides at once; goes through it again for the reasons. */
export class LazyDecision<Evidence> implements Decision {
  readonly allowed: boolean
  readonly #evidence: Evidence
  readonly #isAllowed: (evidence: Evidence, trace: Trace) => boolean
  #reasons: readonly Reason[] | undefined

  constructor(evidence: Evidence, isAllowed: (evidence: Evidence, trace: Trace) => boolean) {
    this.#evidence = evidence
    this.#isAllowed = isAllowed
    this.allowed = isAllowed(evidence, undefined)
  }

  get reasons(): readonly Reason[] {
    if (!this.#reasons) {
      const trace: Reason[] = []
      this.#isAllowed(this.#evidence, trace)
      this.#reasons = trace
    }
    return this.#reasons
  }
}

/** The last reason of a decision, with the decision. */
export function conclude(allowed: boolean, source: Reason['source'], detail: string, trace: Trace): boolean {
  trace?.push({ source, effect: allowed ? 'Allow' : 'Deny', matched: true, detail })
  return allowed
}
