import type { Clock } from '../../base/clock.ts'

const FIRST_MILLISECONDS = 1000
const MOST_MILLISECONDS = 5 * 60 * 1000

/** How long to wait before the next try: twice as long after each failure, from a second to five minutes. */
export class Backoff {
  readonly #clock: Clock
  #failures = 0
  #failedMilliseconds = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  failed(): void {
    this.#failures++
    this.#failedMilliseconds = this.#clock.now().getTime()
  }

  reset(): void {
    this.#failures = 0
  }

  /** 0: now. */
  get waitMilliseconds(): number {
    if (this.#failures === 0) return 0
    const delay = Math.min(FIRST_MILLISECONDS * 2 ** (this.#failures - 1), MOST_MILLISECONDS)
    const passed = this.#clock.now().getTime() - this.#failedMilliseconds
    // A clock set back must not keep it waiting.
    return passed < 0 ? 0 : Math.max(0, delay - passed)
  }
}
