import type { Clock } from '../../../base/clock.ts'
import type { Random } from '../../../base/random.ts'

/** Of the time in milliseconds and a count within it; begins anew every 34 years, which disturbs nobody. */
const SEQUENCE_DIGITS = 12
const SEQUENCES = 16 ** SEQUENCE_DIGITS
const HALF_SEQUENCES = 16 ** (SEQUENCE_DIGITS / 2)
const SEQUENCES_PER_MILLISECOND = 256
const PROCESS_BYTES = 5
export const CONTENT_ID_DIGITS = SEQUENCE_DIGITS + 2 * PROCESS_BYTES

/**
 * Ids of content in the metadata, never the same twice. They sort in the order they were made, so that the bytes of small
 * objects go to the end of the store: a commit touches one page of them instead of any, and leaves full pages behind.
 */
export class ContentIds {
  readonly #clock: Clock
  /** Tells those of processes apart that share the store. */
  readonly #process: string
  #last = 0

  constructor({ clock, random }: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = clock
    this.#process = random.bytes(PROCESS_BYTES).toString('hex')
  }

  /** {@link CONTENT_ID_DIGITS} of hex. */
  next(): string {
    this.#last = Math.max(this.#clock.now().getTime() * SEQUENCES_PER_MILLISECOND, this.#last + 1)
    // In two halves: V8 writes small integers itself, and others by a call that costs ten times as much.
    const sequence = this.#last % SEQUENCES
    const high = Math.floor(sequence / HALF_SEQUENCES)
    return hexHalf(high) + hexHalf(sequence - high * HALF_SEQUENCES) + this.#process
  }
}

function hexHalf(half: number): string {
  return half.toString(16).padStart(SEQUENCE_DIGITS / 2, '0')
}
