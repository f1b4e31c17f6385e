import type { Clock } from '../base/clock.ts'
import { endsWithin } from '../base/ends-within.ts'
import type { ConditionEffect, Conditions } from '../base/conditions.ts'

/** Something that is looked at every few seconds, by itself and never because someone asks. */
export interface ConditionCheck {
  /** That of the condition which it raises. */
  readonly name: string
  /** What is wrong, for people (see `Condition.reason`); `undefined` where nothing is. A rejection counts as `failed`. */
  check(): Promise<string | undefined>
  /** The reason where the check itself fails. */
  readonly failed: string
  /** What it keeps the server from. Default: `unready`. */
  readonly effect?: ConditionEffect
  /** The reason where the check has not ended by the next round. */
  readonly silent: string
}

const PROBE_MILLISECONDS = 10_000
/** A start waits for the first look so long, and then goes on without it. */
const FIRST_LOOK_MILLISECONDS = 5000

/** Looks at everything every 10 s, each thing on its own, and raises and clears the conditions. */
export class ConditionProbe {
  readonly #checks: readonly ConditionCheck[]
  readonly #conditions: Conditions
  readonly #clock: Clock
  readonly #stop = new AbortController()
  readonly #underWay = new Map<ConditionCheck, Promise<void>>()
  #running: Promise<void> = Promise.resolve()

  constructor(checks: readonly ConditionCheck[], conditions: Conditions, clock: Clock) {
    this.#checks = checks
    this.#conditions = conditions
    this.#clock = clock
  }

  /** Resolves after the first look. */
  async start(): Promise<void> {
    await endsWithin(FIRST_LOOK_MILLISECONDS, this.#clock, this.#look())
    this.#running = this.#repeat()
  }

  /** Ends after the checks under way, but for one that gives no answer. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
    const answering = [...this.#underWay].filter(([check]) => !this.#isSilent(check))
    await Promise.all(answering.map(([, run]) => run))
  }

  async #repeat(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#clock.sleep(PROBE_MILLISECONDS, this.#stop.signal).catch(() => undefined)
      if (!this.#stop.signal.aborted) void this.#look()
    }
  }

  async #look(): Promise<void> {
    await Promise.all(this.#checks.map((check) => this.#lookAt(check)))
  }

  async #lookAt(check: ConditionCheck): Promise<void> {
    if (this.#underWay.has(check)) return this.#conditions.raise(check.name, check.silent, check)
    const run = this.#run(check).finally(() => this.#underWay.delete(check))
    this.#underWay.set(check, run)
    await run
  }

  async #run(check: ConditionCheck): Promise<void> {
    try {
      const reason = await check.check()
      if (reason === undefined) this.#conditions.clear(check.name)
      else this.#conditions.raise(check.name, reason, check)
    } catch (err) {
      if (!this.#stop.signal.aborted) this.#conditions.raise(check.name, check.failed, { ...check, err })
    }
  }

  #isSilent(check: ConditionCheck): boolean {
    return this.#conditions.list().some(({ name, reason }) => name === check.name && reason === check.silent)
  }
}
