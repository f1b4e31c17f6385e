import { S3Error } from '../../../model/s3-error.ts'

/** In a segment: any one character. */
export const ANY = -1
/** A segment of so few characters is compared with the text place by place. */
const LONGEST_COMPARED = 16
/** With ANY in it a text costs a step for 32 of its characters at each place: so there is an end to them. */
const LONGEST_WITH_ANY = 1024
const WORD_BITS = 32

export interface Text {
  readonly length: number
  codeAt(at: number): number
}

/** Where it stands has to begin at `from` or later, and to end at `end` or earlier. */
export interface Range {
  readonly from: number
  readonly end: number
}

/** The first place where it stands; -1 where it stands nowhere. */
export type Search = (text: Text, range: Range) => number

/** Whether it stands at `start`; the text is long enough. */
export function isSegmentAt(codes: Int32Array, text: Text, start: number): boolean {
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]
    if (code !== ANY && code !== text.codeAt(start + at)) return false
  }
  return true
}

/** The first place of the segment, in time that is linear in the text. What a long one needs is made by `remember` once. */
export function findSegment(
  codes: Int32Array,
  text: Text,
  { from, end }: Range,
  remember: (make: () => Search) => Search,
): number {
  let [start, stop] = [0, codes.length]
  while (start < stop && codes[start] === ANY) start++
  while (stop > start && codes[stop - 1] === ANY) stop--
  const core = codes.subarray(start, stop)
  const range: Range = { from: from + start, end: end - (codes.length - stop) }
  const found = findCore(core, text, range, remember)
  return found < 0 ? -1 : found - start
}

function findCore(
  codes: Int32Array,
  text: Text,
  range: Range,
  remember: (make: () => Search) => Search,
): number {
  if (codes.length <= LONGEST_COMPARED) {
    for (let at = range.from; at + codes.length <= range.end; at++)
      if (isSegmentAt(codes, text, at)) return at
    return -1
  }
  return remember(() => (codes.includes(ANY) ? shiftAnd(codes) : knuthMorrisPratt(codes)))(text, range)
}

function knuthMorrisPratt(codes: Int32Array): Search {
  /** How many characters at the start of the first n are those at their end as well. */
  const borders = new Int32Array(codes.length + 1)
  borders[0] = -1
  let border = -1
  for (let at = 0; at < codes.length; at++) {
    while (border >= 0 && codes[border] !== codes[at]) border = borders[border] ?? -1
    borders[at + 1] = ++border
  }
  return (text, { from, end }) => {
    let matched = 0
    for (let at = from; at < end; at++) {
      const code = text.codeAt(at)
      while (matched >= 0 && codes[matched] !== code) matched = borders[matched] ?? -1
      if (++matched === codes.length) return at + 1 - codes.length
    }
    return -1
  }
}

/** A bit for each beginning of the segment that ends here, by Baeza-Yates and Gonnet. */
function shiftAnd(codes: Int32Array): Search {
  if (codes.length > LONGEST_WITH_ANY) {
    const message = `The LIKE pattern has more than ${LONGEST_WITH_ANY} characters with an underscore between two percent signs.`
    throw new S3Error('LikeInvalidInputs', {}, { message })
  }
  const wordCount = Math.ceil(codes.length / WORD_BITS)
  const masks = masksOf(codes, wordCount)
  const anyMask = masks.get(ANY) ?? new Int32Array(wordCount)
  const lastWord = wordCount - 1
  const lastBit = 1 << ((codes.length - 1) % WORD_BITS)
  const state = new Int32Array(wordCount)
  return (text, { from, end }) => {
    state.fill(0)
    for (let at = from; at < end; at++) {
      const mask = masks.get(text.codeAt(at)) ?? anyMask
      let carry = 1
      for (let word = 0; word < wordCount; word++) {
        const bits = state[word] ?? 0
        state[word] = ((bits << 1) | carry) & (mask[word] ?? 0)
        carry = bits >>> (WORD_BITS - 1)
      }
      if (((state[lastWord] ?? 0) & lastBit) !== 0) return at + 1 - codes.length
    }
    return -1
  }
}

/** For each character the places in the segment where it may stand. */
function masksOf(codes: Int32Array, wordCount: number): ReadonlyMap<number, Int32Array> {
  const anyMask = new Int32Array(wordCount)
  codes.forEach((code, at) => {
    if (code === ANY) setBit(anyMask, at)
  })
  const masks = new Map([[ANY, anyMask]])
  codes.forEach((code, at) => {
    if (code === ANY) return
    let mask = masks.get(code)
    if (mask === undefined) masks.set(code, (mask = anyMask.slice()))
    setBit(mask, at)
  })
  return masks
}

function setBit(mask: Int32Array, at: number): void {
  const word = Math.floor(at / WORD_BITS)
  mask[word] = (mask[word] ?? 0) | (1 << (at % WORD_BITS))
}
