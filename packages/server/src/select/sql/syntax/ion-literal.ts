import { Decimal } from '../../values/decimal.ts'
import { integerOrDecimal } from '../../values/read-number.ts'
import { Timestamp } from '../../values/timestamp.ts'
import type { Value } from '../../values/value.ts'

const integer = /^-?(?:0|[1-9](?:_?\d)*)$/
const real = /^-?(?:0|[1-9](?:_?\d)*)(?:\.(?:\d(?:_?\d)*)?)?(?:[dDeE][+-]?\d+)?$/
const words = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['null', null],
])
const symbol = /^(?:[A-Za-z_$][\w$]*|'[^'\\]*')$/

/**
 * A scalar of Ion: a timestamp, a number (with `e` a float, else a decimal), a string, a boolean or null. Of strings those
 * whose escapes JSON has as well. A symbol, as TRUE is one, is a string: S3 finds the text TRUE by it (Hadoop, "S3 Select").
 */
export function parseIonLiteral(text: string): { readonly value: Value } | undefined {
  const trimmed = text.trim()
  if (words.has(trimmed)) return { value: words.get(trimmed) }
  if (symbol.test(trimmed)) return { value: trimmed.replaceAll("'", '') }
  const value = trimmed.startsWith('"')
    ? parseString(trimmed)
    : (parseNumber(trimmed) ?? Timestamp.parse(trimmed))
  return value === undefined ? undefined : { value }
}

function parseNumber(text: string): Value {
  const plain = text.replaceAll('_', '')
  if (integer.test(text)) return integerOrDecimal(plain)
  if (!real.test(text)) return undefined
  if (!/[eE]/.test(text)) return Decimal.parse(plain.replace(/[dD]/, 'e'))
  const float = Number(plain)
  return Number.isFinite(float) ? float : undefined
}

function parseString(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
