import { S3Error } from '../../../model/s3-error.ts'
import type { SelectErrorCode } from '../../../model/select-error-catalogue.ts'

/** A part of a timestamp's text: a symbol, as often as its letter stands there, or characters as they are. */
export type FormatPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'symbol'; readonly letter: FormatLetter; readonly count: number }

export type FormatLetter = 'y' | 'M' | 'd' | 'a' | 'h' | 'H' | 'm' | 's' | 'S' | 'n' | 'X' | 'x'

/** How often each letter may stand. Source: S3 User Guide, "Date functions", TO_STRING. */
const counts: Readonly<Record<FormatLetter, readonly number[]>> = {
  y: [1, 2, 4],
  M: [1, 2, 3, 4, 5],
  d: [1, 2],
  a: [1],
  h: [1, 2],
  H: [1, 2],
  m: [1, 2],
  s: [1, 2],
  S: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  n: [1],
  X: [1, 2, 3, 4, 5],
  x: [1, 2, 3, 4, 5],
}
const token = /'([^']*(?:''[^']*)*)'|([A-Za-z])\2*|[^A-Za-z']+/y

/** Throws one of the EvaluatorInvalidTimestampFormatPattern… errors. */
export function parseFormatPattern(pattern: string): readonly FormatPart[] {
  const parts: FormatPart[] = []
  for (let at = 0; at < pattern.length;) {
    token.lastIndex = at
    const match = token.exec(pattern)
    if (match === null) throw invalid('EvaluatorUnterminatedTimestampFormatPatternToken')
    parts.push(partOf(match))
    at += match[0].length
  }
  return parts
}

function partOf([whole, quoted, letter]: RegExpExecArray): FormatPart {
  // Two quotes with nothing between them are one.
  if (quoted !== undefined) return { kind: 'text', text: quoted === '' ? "'" : quoted.replaceAll("''", "'") }
  if (letter === undefined) return { kind: 'text', text: whole }
  if (!isFormatLetter(letter)) throw invalid('EvaluatorInvalidTimestampFormatPatternSymbol')
  if (!counts[letter].includes(whole.length)) throw invalid('EvaluatorInvalidTimestampFormatPatternToken')
  return { kind: 'symbol', letter, count: whole.length }
}

function isFormatLetter(letter: string): letter is FormatLetter {
  return Object.hasOwn(counts, letter)
}

function invalid(code: SelectErrorCode): S3Error {
  return new S3Error(code)
}
