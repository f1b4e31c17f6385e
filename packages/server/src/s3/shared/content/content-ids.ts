import type { Clock } from '../../../base/clock.ts'
import type { Random } from '../../../base/random.ts'

/** Base64url's digits in the order of their codes, so that what they say sorts as the numbers do. */
const DIGITS = Buffer.from('-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz')
/** Eight digits: of the time in milliseconds and a count within it; begins anew every 34 years, which disturbs nobody. */
const SEQUENCES = 64 ** 8
const HALF_SEQUENCES = 64 ** 4
const SEQUENCES_PER_MILLISECOND = 256
const PROCESS_BYTES = 5
/** Those of today, and of before. In version 1 they were 16 digits by chance. */
const SORTED_LENGTHS = new Set([15, 22])

/** Whether an id is one of those that sort, which version 1 of the format did not have. */
export function isSorted(contentId: string): boolean {
  return SORTED_LENGTHS.has(contentId.length)
}

/**
 * Ids of content in the metadata, never the same twice. They sort in the order they were made, so that the bytes of small
 * objects go to the end of the store: a commit touches one page of them instead of any, and leaves full pages behind.
 * Each is base64url of 11 bytes. Earlier ones, of 22 digits of hex, sort before them.
 */
export class ContentIds {
  readonly #clock: Clock
  /** Tells those of processes apart that share the store. */
  readonly #process: string
  #last = 0

  constructor({ clock, random }: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = clock
    this.#process = random.bytes(PROCESS_BYTES).toString('base64url')
  }

  next(): string {
    this.#last = Math.max(this.#clock.now().getTime() * SEQUENCES_PER_MILLISECOND, this.#last + 1)
    // In two halves: V8 works with small integers itself.
    const sequence = this.#last % SEQUENCES
    const high = Math.floor(sequence / HALF_SEQUENCES)
    return fourDigits(high) + fourDigits(sequence - high * HALF_SEQUENCES) + this.#process
  }
}

function fourDigits(half: number): string {
  return String.fromCharCode(digit(half >> 18), digit(half >> 12), digit(half >> 6), digit(half))
}

function digit(value: number): number {
  return DIGITS[value & 63] ?? 0
}
