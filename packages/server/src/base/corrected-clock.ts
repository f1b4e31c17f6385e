import type { Clock } from './clock.ts'

/**
 * A clock that shows the time of another machine, as far as is known: its own, and by how much the other one is ahead of it. It is set only
 * where it has been shown to be wrong, so that it seldom jumps.
 */
export class CorrectedClock implements Clock {
  /** As this machine has it. */
  readonly own: Clock
  #aheadMilliseconds = 0

  constructor(own: Clock) {
    this.own = own
  }

  now(): Date {
    return new Date(this.own.now().getTime() + this.#aheadMilliseconds)
  }

  elapsedMilliseconds(): number {
    return this.own.elapsedMilliseconds()
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return this.own.sleep(milliseconds, signal)
  }

  /** The other one is ahead by so much at least and at most; behind, where that is below zero. */
  correct(leastMilliseconds: number, mostMilliseconds: number): void {
    this.#aheadMilliseconds = Math.min(mostMilliseconds, Math.max(leastMilliseconds, this.#aheadMilliseconds))
  }
}
