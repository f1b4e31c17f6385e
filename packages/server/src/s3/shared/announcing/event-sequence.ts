import type { Clock } from '../../../base/clock.ts'

/**
 * Numbers events: the time in milliseconds, and a count within it. A later event has the larger number, also where the
 * clock is set back while the process runs. Drawn inside a transaction, so that of two commits to one key the second
 * has drawn last. Processes share the machine's clock: only within one millisecond may two of them disagree. Those of several
 * machines go by their database's, which each knows to within the round trip of a commit: so long may they.
 */
export class EventSequence {
  readonly #clock: Clock
  #last = 0n

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** 16 upper-case hex digits, which sort as the numbers do. */
  next(): string {
    const now = BigInt(this.#clock.now().getTime()) << 16n
    this.#last = now > this.#last ? now : this.#last + 1n
    return this.#last.toString(16).toUpperCase().padStart(16, '0')
  }
}
