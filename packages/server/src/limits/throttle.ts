import type { Clock } from '../base/clock.ts'
import type { Allowance } from './allowance.ts'

/** What is let through at once: more would be felt as a standstill by the others. */
const MOST_BYTES = 64 * 1024
const PIECES_A_SECOND = 4

/** Bytes of one party, in the order in which they are to pass: none is cut off, all wait for their turn. */
export class Throttle {
  readonly #allowance: Allowance
  readonly #clock: Clock
  readonly #pieceBytes: number
  #last: Promise<void> = Promise.resolve()
  #waitedMilliseconds = 0

  constructor(allowance: Allowance, clock: Clock) {
    this.#allowance = allowance
    this.#clock = clock
    const { burst, perSecond } = allowance.rate
    this.#pieceBytes = Math.max(1, Math.floor(Math.min(MOST_BYTES, burst, perSecond / PIECES_A_SECOND)))
  }

  /** How long it held bytes back, all in all. */
  get waitedMilliseconds(): number {
    return this.#waitedMilliseconds
  }

  /** Resolves when so many bytes may pass. */
  pass(bytes: number): Promise<void> {
    return (this.#last = this.#last.then(() => this.#pay(bytes)))
  }

  async #pay(bytes: number): Promise<void> {
    for (let left = bytes; left > 0;) {
      const piece = Math.min(left, this.#pieceBytes)
      const waitMilliseconds = await this.#allowance.take(piece)
      if (waitMilliseconds === 0) left -= piece
      else {
        this.#waitedMilliseconds += waitMilliseconds
        await this.#clock.sleep(waitMilliseconds)
      }
    }
  }
}
