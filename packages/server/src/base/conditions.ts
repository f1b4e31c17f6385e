import type { Clock } from './clock.ts'
import type { Log } from './log.ts'

/** `unready`: requests should go elsewhere. `degraded`: a part is not served, all else is. */
export type ConditionEffect = 'unready' | 'degraded'

/** Something that keeps the server from its full work, for as long as it lasts. */
export interface Condition {
  /** In lower case with hyphens, never changed: operators look it up (docs/operations.md). */
  readonly name: string
  /** For whoever asks `/-/ready`, strangers too: no path and no secret. */
  readonly reason: string
  readonly effect: ConditionEffect
  readonly since: Date
}

/**
 * What is wrong with this process or its store right now. Whoever finds out raises a condition, and clears it when it is
 * over; `/-/ready` and the metrics tell what there is and look into nothing themselves.
 */
export class Conditions {
  readonly #current = new Map<string, Condition>()
  readonly #clock: Clock
  readonly #log: Log

  constructor(clock: Clock, log: Log) {
    this.#clock = clock
    this.#log = log
  }

  /** Raised again it keeps its time and takes the new reason. `err` is for the log alone. */
  raise(
    name: string,
    reason: string,
    { effect = 'unready', err }: { readonly effect?: ConditionEffect; readonly err?: unknown } = {},
  ): void {
    const known = this.#current.get(name)
    if (known?.reason === reason && known.effect === effect) return
    this.#current.set(name, { name, reason, effect, since: known?.since ?? this.#clock.now() })
    this.#log.error({ condition: name, effect, ...(err !== undefined && { err }) }, reason)
  }

  clear(name: string): void {
    const known = this.#current.get(name)
    if (!known || !this.#current.delete(name)) return
    const seconds = (this.#clock.now().getTime() - known.since.getTime()) / 1000
    this.#log.info({ condition: name, seconds }, 'over')
  }

  /** In the order they began. */
  list(): readonly Condition[] {
    return [...this.#current.values()]
  }

  has(name: string): boolean {
    return this.#current.has(name)
  }
}
