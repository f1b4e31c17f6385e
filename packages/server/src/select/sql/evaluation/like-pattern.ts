import { S3Error } from '../../../model/s3-error.ts'
import { ANY, findSegment, isSegmentAt, type Search, type Text } from './segment-search.ts'

/** In a pattern: any number of characters. */
const MANY = -2
/** With so few segments, none of them long, the functions that strings have are the fastest. */
const MOST_PLAIN_SEGMENTS = 16
/** An `indexOf` may compare each character of the segment at each place. */
const LONGEST_PLAIN_SEGMENT = 64
const surrogate = /[\ud800-\udfff]/

export type Matches = (text: string) => boolean

/**
 * A pattern of LIKE, in time that is linear in the text: `_` is any character, `%` any number of them, and `escape` takes
 * its meaning from either. Throws EvaluatorLikePatternInvalidEscapeSequence.
 */
export function likePattern(pattern: string, escape: string | undefined): Matches {
  const codes = codesOf(pattern, escape)
  const segments = plainSegments(codes)
  return segments === undefined ? wildMatcher(codes) : plainMatcher(segments)
}

/** The code points of the pattern, with ANY and MANY for its signs. */
function codesOf(pattern: string, escape: string | undefined): Int32Array {
  if (escape !== undefined && Array.from(escape).length !== 1) throw invalidEscape()
  const codes = new Int32Array(pattern.length)
  let length = 0
  let isEscaped = false
  for (const character of pattern) {
    const isSign = character === '%' || character === '_'
    if (isEscaped && !isSign && character !== escape) throw invalidEscape()
    if (!isEscaped && character === escape) {
      isEscaped = true
      continue
    }
    const code = isSign && !isEscaped ? (character === '%' ? MANY : ANY) : (character.codePointAt(0) ?? 0)
    isEscaped = false
    if (code !== MANY || codes[length - 1] !== MANY) codes[length++] = code
  }
  if (isEscaped) throw invalidEscape()
  return codes.subarray(0, length)
}

function invalidEscape(): S3Error {
  return new S3Error('EvaluatorLikePatternInvalidEscapeSequence')
}

/** The texts between the signs for any number; `undefined` where there are too many, or other signs in them. */
function plainSegments(codes: Int32Array): readonly string[] | undefined {
  if (codes.length > MOST_PLAIN_SEGMENTS * LONGEST_PLAIN_SEGMENT || codes.includes(ANY)) return undefined
  const segments: string[] = []
  for (let start = 0, end = 0; start <= codes.length; start = end + 1) {
    end = segmentEnd(codes, start)
    segments.push(String.fromCodePoint(...codes.subarray(start, end)))
  }
  const isPlain = segments.slice(1, -1).every((segment) => segment.length <= LONGEST_PLAIN_SEGMENT)
  return isPlain && segments.length <= MOST_PLAIN_SEGMENTS ? segments : undefined
}

function plainMatcher(segments: readonly string[]): Matches {
  const first = segments[0] ?? ''
  if (segments.length === 1) return (text) => text === first
  const last = segments.at(-1) ?? ''
  const between = segments.slice(1, -1)
  const least = first.length + last.length
  return (text) => {
    if (text.length < least || !text.startsWith(first) || !text.endsWith(last)) return false
    const end = text.length - last.length
    let at = first.length
    for (const segment of between) {
      const found = text.indexOf(segment, at)
      if (found < 0 || found + segment.length > end) return false
      at = found + segment.length
    }
    return true
  }
}

/** By code points where the text has some that are no code units: `_` is a whole character. */
function wildMatcher(codes: Int32Array): Matches {
  const searches = new Map<number, Search>()
  return (text) => {
    if (!surrogate.test(text)) {
      return matchAll(codes, { length: text.length, codeAt: (at) => text.charCodeAt(at) }, searches)
    }
    const points = Uint32Array.from(text, (character) => character.codePointAt(0) ?? 0)
    return matchAll(codes, { length: points.length, codeAt: (at) => points[at] ?? 0 }, searches)
  }
}

function matchAll(codes: Int32Array, text: Text, searches: Map<number, Search>): boolean {
  const firstEnd = segmentEnd(codes, 0)
  if (firstEnd === codes.length) return text.length === codes.length && isSegmentAt(codes, text, 0)
  const lastStart = codes.lastIndexOf(MANY) + 1
  const end = text.length - (codes.length - lastStart)
  if (end < firstEnd) return false
  if (!isSegmentAt(codes.subarray(0, firstEnd), text, 0)) return false
  if (!isSegmentAt(codes.subarray(lastStart), text, end)) return false
  let at = firstEnd
  for (let start = firstEnd + 1; start < lastStart;) {
    const segment = codes.subarray(start, segmentEnd(codes, start))
    const found = findSegment(segment, text, { from: at, end }, (make) => remembered(searches, start, make))
    if (found < 0) return false
    at = found + segment.length
    start += segment.length + 1
  }
  return true
}

function remembered(searches: Map<number, Search>, start: number, make: () => Search): Search {
  let search = searches.get(start)
  if (search === undefined) searches.set(start, (search = make()))
  return search
}

function segmentEnd(codes: Int32Array, start: number): number {
  const end = codes.indexOf(MANY, start)
  return end < 0 ? codes.length : end
}
