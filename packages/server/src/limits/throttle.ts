import type { Clock } from '../base/clock.ts'
import type { Soon } from '../base/soon.ts'
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
  #waiting = 0
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

  /** Done when so many bytes may pass: at once where nobody waits and there is enough. */
  pass(bytes: number): Soon<void> {
    const paying = this.#waiting > 0 ? this.#last.then(() => this.#pay(bytes)) : this.#pay(bytes)
    if (!paying) return undefined
    this.#waiting++
    return (this.#last = paying.finally(() => this.#waiting--))
  }

  #pay(bytes: number): Soon<void> {
    for (let left = bytes; left > 0;) {
      const piece = Math.min(left, this.#pieceBytes)
      const waitMilliseconds = this.#allowance.take(piece)
      if (waitMilliseconds !== 0) return this.#payLater(left, waitMilliseconds)
      left -= piece
    }
    return undefined
  }

  /** `asked`: what the allowance said to the first piece. */
  async #payLater(bytes: number, asked: Soon<number>): Promise<void> {
    const waitMilliseconds = await asked
    const paidBytes = waitMilliseconds === 0 ? Math.min(bytes, this.#pieceBytes) : 0
    this.#waitedMilliseconds += waitMilliseconds
    if (waitMilliseconds > 0) await this.#clock.sleep(waitMilliseconds)
    await this.#pay(bytes - paidBytes)
  }
}
