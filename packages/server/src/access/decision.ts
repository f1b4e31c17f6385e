import { isExplicitDenial, type Reason } from './reason.ts'

export interface Decision {
  readonly allowed: boolean
  /** What was looked at and what it led to, in order; the last one decided. Worked out when asked for. */
  readonly reasons: readonly Reason[]
  /** What AccessDenied tells the caller of it, where it tells more than that. */
  readonly told?: string | undefined
}

/** Whether a policy says no, where nothing needs to say yes. */
export function isDeniedExplicitly({ allowed, reasons }: Decision): boolean {
  return !allowed && reasons.some(isExplicitDenial)
}

/** Gathers reasons where somebody asked for them. */
export type Trace = Reason[] | undefined

type Tell<Evidence> = (evidence: Evidence, decision: Decision) => string | undefined

/** Decides at once; goes through it again for the reasons. */
export class LazyDecision<Evidence> implements Decision {
  readonly allowed: boolean
  readonly #evidence: Evidence
  readonly #isAllowed: (evidence: Evidence, trace: Trace) => boolean
  readonly #tell: Tell<Evidence> | undefined
  #reasons: readonly Reason[] | undefined

  constructor(
    evidence: Evidence,
    isAllowed: (evidence: Evidence, trace: Trace) => boolean,
    tell?: Tell<Evidence>,
  ) {
    this.#evidence = evidence
    this.#isAllowed = isAllowed
    this.#tell = tell
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

  get told(): string | undefined {
    return this.#tell?.(this.#evidence, this)
  }
}

/** The last reason of a decision, with the decision. */
export function conclude(allowed: boolean, source: Reason['source'], detail: string, trace: Trace): boolean {
  trace?.push({ source, effect: allowed ? 'Allow' : 'Deny', matched: true, detail })
  return allowed
}
