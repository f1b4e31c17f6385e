import { Decimal } from './decimal.ts'

const integer = /^[+-]?\d+$/
const exponent = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)[eE][+-]?\d+$/
/** So many digits always have a place in 64 bits. */
const SAFE_DIGITS = 18

export type NumberValue = bigint | number | Decimal

/** Of digits and nothing else, or with a sign: an int, and what has no place in 64 bits is a decimal. */
export function integerOrDecimal(text: string): bigint | Decimal | undefined {
  if (text.length <= SAFE_DIGITS) return BigInt(text.startsWith('+') ? text.slice(1) : text)
  const decimal = Decimal.parse(text)
  return decimal !== undefined && decimal.scale === 0 && isInt64(decimal.coefficient)
    ? decimal.coefficient
    : decimal
}

export function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value
}

/**
 * A text that reads as a number: without a point an int, with one a decimal, with an exponent a float. Blanks around it
 * do not count.
 */
export function readNumber(text: string): NumberValue | undefined {
  const trimmed = text.trim()
  if (integer.test(trimmed)) return integerOrDecimal(trimmed)
  if (!exponent.test(trimmed)) return Decimal.parse(trimmed)
  const float = Number(trimmed)
  return Number.isFinite(float) ? float : undefined
}

/** Of up to 15 digits doubles are in the order of the decimals that they come from, and no two are the same. */
const EXACT_LENGTH = 16
const tens = Array.from({ length: EXACT_LENGTH }, (_, exponent) => 10 ** exponent)

/**
 * The digits of a text of few of them with an optional sign and point, as a whole number: most of those in files are such
 * texts. `NaN` for all others: {@link readNumber} may still know them. {@link scaleOf} says where the point is.
 */
export function readShortDigits(text: string): number {
  const { length } = text
  if (length === 0 || length > EXACT_LENGTH) return Number.NaN
  const first = text.charCodeAt(0)
  let at = first === 0x2d || first === 0x2b ? 1 : 0
  let digits = 0
  let count = 0
  let hasPoint = false
  for (; at < length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 0x30 && code <= 0x39) {
      digits = digits * 10 + (code - 0x30)
      count++
    } else if (code === 0x2e && !hasPoint) hasPoint = true
    else return Number.NaN
  }
  if (count === 0 || count === EXACT_LENGTH) return Number.NaN
  return first === 0x2d ? -digits : digits
}

/** How many characters follow the point. */
export function scaleOf(text: string): number {
  const point = text.indexOf('.')
  return point < 0 ? 0 : text.length - 1 - point
}

/** The nearest double of a text of {@link readShortDigits}, else `NaN`. */
export function readShortNumber(text: string): number {
  return readShortDigits(text) / (tens[scaleOf(text)] ?? Number.NaN)
}

/** The double that stands for it among those of {@link readShortNumber}; `NaN` where there is none. */
export function shortNumberOf(value: NumberValue): number {
  return typeof value === 'number' ? value : readShortNumber(String(value))
}
