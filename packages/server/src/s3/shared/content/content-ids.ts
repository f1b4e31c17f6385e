import type { Clock } from '../../../base/clock.ts'
import type { Random } from '../../../base/random.ts'

/** Of the time in milliseconds and a count within it; begins anew every 34 years, which disturbs nobody. */
const SEQUENCE_BITS = 48
const COUNT_BITS = 8n
const PROCESS_BYTES = 5

/**
 * Ids of content in the metadata, never the same twice. They sort in the order they were made, so that the bytes of small
 * objects go to the end of the store: a commit touches one page of them instead of any, and leaves full pages behind.
 */
export class ContentIds {
  readonly #clock: Clock
  /** Tells those of processes apart that share the store. */
  readonly #process: string
  #last = 0n

  constructor({ clock, random }: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = clock
    this.#process = random.bytes(PROCESS_BYTES).toString('hex')
  }

  /** 22 hex digits. */
  next(): string {
    const now = BigInt(this.#clock.now().getTime()) << COUNT_BITS
    this.#last = now > this.#last ? now : this.#last + 1n
    const sequence = BigInt.asUintN(SEQUENCE_BITS, this.#last)
    return sequence.toString(16).padStart(SEQUENCE_BITS / 4, '0') + this.#process
  }
}
