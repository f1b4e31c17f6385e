import { S3Error } from '../../../model/s3-error.ts'
import { isOnClock, Timestamp, type Precision } from '../timestamp.ts'
import { parseFormatPattern, type FormatLetter, type FormatPart } from './format-pattern.ts'
import { MONTH_NAMES } from './month-names.ts'

/** What a text said of each letter of its pattern. */
interface Fields {
  y: number | undefined
  M: number | undefined
  d: number | undefined
  /** The clock's, 24 hours or 12. */
  hour: number | undefined
  isAfternoon: boolean | undefined
  m: number | undefined
  s: number | undefined
  fraction: string
  offsetMinutes: number | undefined
}

/** Reads a part at a position, and says where it ends: `undefined` where it is not there. */
type Read = (text: string, at: number, count: number, fields: Fields) => number | undefined

/** The letters that say the same. */
const fieldOf: Readonly<Record<FormatLetter, string>> = {
  y: 'y',
  M: 'M',
  d: 'd',
  a: 'a',
  h: 'hour',
  H: 'hour',
  m: 'm',
  s: 's',
  S: 'fraction',
  n: 'fraction',
  X: 'offset',
  x: 'offset',
}
/** What a finer field is nothing without. */
const needs: readonly (readonly [field: string, without: string])[] = [
  ['M', 'y'],
  ['d', 'M'],
  ['hour', 'd'],
  ['m', 'hour'],
  ['s', 'm'],
  ['fraction', 's'],
  ['offset', 'hour'],
]
const offset = /([+-])(\d\d)(?::?(\d\d))?/y

/** TO_TIMESTAMP with that pattern; the function throws ValueParseFailure. */
export function timestampReader(pattern: string): (text: string) => Timestamp {
  const parts = parseFormatPattern(pattern)
  const precision = checkedPrecision(parts)
  return (text) => read(parts, precision, text) ?? failed()
}

function checkedPrecision(parts: readonly FormatPart[]): Precision {
  const letters = parts.flatMap((part) => (part.kind === 'symbol' ? [part.letter] : []))
  const fields = new Set(letters.map((letter) => fieldOf[letter]))
  if (parts.some((part) => part.kind === 'symbol' && part.letter === 'M' && part.count === 5)) {
    throw new S3Error('EvaluatorInvalidTimestampFormatPatternSymbolForParsing')
  }
  if (fields.size < letters.length) throw new S3Error('EvaluatorTimestampFormatPatternDuplicateFields')
  if (fields.has('a') !== letters.includes('h')) {
    throw new S3Error('EvaluatorTimestampFormatPatternHourClockAmPmMismatch')
  }
  const isIncomplete = needs.some(([field, without]) => fields.has(field) && !fields.has(without))
  if (isIncomplete || !fields.has('y')) throw new S3Error('EvaluatorInvalidTimestampFormatPattern')
  if (fields.has('s')) return 'second'
  if (fields.has('hour')) return 'minute'
  if (fields.has('d')) return 'day'
  return fields.has('M') ? 'month' : 'year'
}

function read(parts: readonly FormatPart[], precision: Precision, text: string): Timestamp | undefined {
  const fields: Fields = {
    y: undefined,
    M: undefined,
    d: undefined,
    hour: undefined,
    isAfternoon: undefined,
    m: undefined,
    s: undefined,
    fraction: '',
    offsetMinutes: undefined,
  }
  let at = 0
  for (const part of parts) {
    const end =
      part.kind === 'text'
        ? readText(part.text, text, at)
        : readers[part.letter](text, at, part.count, fields)
    if (end === undefined) return undefined
    at = end
  }
  return at === text.length ? timestampOf(fields, precision) : undefined
}

function timestampOf(fields: Fields, precision: Precision): Timestamp | undefined {
  const { y: year = 1, M: month = 1, d: day = 1, m: minute = 0, s: second = 0 } = fields
  const hour = hourOf(fields)
  if (hour === undefined) return undefined
  const time = { year, month, day, hour, minute, second }
  const { fraction, offsetMinutes } = fields
  return isOnClock(time) ? Timestamp.ofLocal(time, { precision, fraction, offsetMinutes }) : undefined
}

function hourOf({ hour = 0, isAfternoon }: Fields): number | undefined {
  if (isAfternoon === undefined) return hour
  if (hour < 1 || hour > 12) return undefined
  return (hour % 12) + (isAfternoon ? 12 : 0)
}

function readText(expected: string, text: string, at: number): number | undefined {
  return text.startsWith(expected, at) ? at + expected.length : undefined
}

const readers: Readonly<Record<FormatLetter, Read>> = {
  y: readYear,
  M: readMonth,
  d: field('d'),
  a: (text, at, _, fields) => {
    const half = text.slice(at, at + 2).toUpperCase()
    if (half !== 'AM' && half !== 'PM') return undefined
    fields.isAfternoon = half === 'PM'
    return at + 2
  },
  h: field('hour'),
  H: field('hour'),
  m: field('m'),
  s: field('s'),
  S: (text, at, count, fields) => {
    fields.fraction = digitsAt(text, at, count)
    return fields.fraction.length === count ? at + count : undefined
  },
  n: (text, at, _, fields) => {
    const nanoseconds = digitsAt(text, at, 9)
    fields.fraction = nanoseconds.padStart(9, '0')
    return nanoseconds === '' ? undefined : at + nanoseconds.length
  },
  X: readOffset,
  x: readOffset,
}

/** A number of one or two digits, of two where the letter stands twice. */
function field(name: 'd' | 'hour' | 'm' | 's'): Read {
  return (text, at, count, fields) => {
    const digits = digitsAt(text, at, 2)
    if (digits.length < count) return undefined
    fields[name] = Number(digits)
    return at + digits.length
  }
}

/** Of two digits it is one of 1970 to 2069. */
function readYear(text: string, at: number, count: number, fields: Fields): number | undefined {
  const digits = digitsAt(text, at, count === 2 ? 2 : 4)
  if (digits.length < count) return undefined
  const year = Number(digits)
  fields.y = count === 2 ? year + (year < 70 ? 2000 : 1900) : year
  return at + digits.length
}

function readMonth(text: string, at: number, count: number, fields: Fields): number | undefined {
  if (count <= 2) {
    const digits = digitsAt(text, at, 2)
    if (digits.length < count) return undefined
    fields.M = Number(digits)
    return at + digits.length
  }
  const lower = text.slice(at, at + 9).toLowerCase()
  const names = MONTH_NAMES.map((name) => name.toLowerCase().slice(0, count === 3 ? 3 : undefined))
  const month = names.findIndex((name) => lower.startsWith(name))
  if (month < 0) return undefined
  fields.M = month + 1
  return at + (names[month]?.length ?? 0)
}

function readOffset(text: string, at: number, _count: number, fields: Fields): number | undefined {
  if (text.charAt(at).toUpperCase() === 'Z') {
    fields.offsetMinutes = 0
    return at + 1
  }
  offset.lastIndex = at
  const match = offset.exec(text)
  if (match === null) return undefined
  const [whole, sign, hours, minutes = '0'] = match
  const size = Number(hours) * 60 + Number(minutes)
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined
  fields.offsetMinutes = sign === '-' ? 0 - size : size
  return at + whole.length
}

/** At most `count` of them. */
function digitsAt(text: string, at: number, count: number): string {
  let end = at
  while (end < at + count && isDigit(text.charCodeAt(end))) end++
  return text.slice(at, end)
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function failed(): never {
  throw new S3Error('ValueParseFailure')
}
