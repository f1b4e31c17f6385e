import type { LocalTime, Timestamp } from '../timestamp.ts'
import { parseFormatPattern, type FormatLetter, type FormatPart } from './format-pattern.ts'
import { MONTH_NAMES } from './month-names.ts'

/** TO_STRING with that pattern. What a timestamp is not precise enough for is the least: January, the 1st, 0 o'clock. */
export function timestampWriter(pattern: string): (timestamp: Timestamp) => string {
  const parts = parseFormatPattern(pattern)
  return (timestamp) => {
    const time = timestamp.local()
    let text = ''
    for (const part of parts) text += write(part, time, timestamp)
    return text
  }
}

function write(part: FormatPart, time: LocalTime, timestamp: Timestamp): string {
  if (part.kind === 'text') return part.text
  return writers[part.letter](part.count, time, timestamp)
}

const writers: Readonly<
  Record<FormatLetter, (count: number, time: LocalTime, timestamp: Timestamp) => string>
> = {
  y: (count, { year }) => digits(count === 2 ? year % 100 : year, count),
  M: (count, { month }) => writeMonth(count, month),
  d: (count, { day }) => digits(day, count),
  a: (_, { hour }) => (hour < 12 ? 'AM' : 'PM'),
  h: (count, { hour }) => digits(hour % 12 === 0 ? 12 : hour % 12, count),
  H: (count, { hour }) => digits(hour, count),
  m: (count, { minute }) => digits(minute, count),
  s: (count, { second }) => digits(second, count),
  S: (count, _, { fraction }) => fraction.slice(0, count).padEnd(count, '0'),
  n: (_count, _time, { fraction }) => String(Number(fraction.slice(0, 9).padEnd(9, '0'))),
  X: (count, _, { offsetMinutes = 0 }) => (offsetMinutes === 0 ? 'Z' : writeOffset(count, offsetMinutes)),
  x: (count, _, { offsetMinutes = 0 }) => writeOffset(count, offsetMinutes),
}

function writeMonth(count: number, month: number): string {
  if (count <= 2) return digits(month, count)
  const name = MONTH_NAMES[month - 1] ?? ''
  if (count === 4) return name
  return name.slice(0, count === 3 ? 3 : 1)
}

/** One letter: hours, and minutes where there are any. Two or four: no colon. Three or five: with one. */
function writeOffset(count: number, offsetMinutes: number): string {
  const hours = Math.trunc(Math.abs(offsetMinutes) / 60)
  const minutes = Math.abs(offsetMinutes) % 60
  const start = (offsetMinutes < 0 ? '-' : '+') + digits(hours, 2)
  if (count === 1) return minutes === 0 ? start : start + digits(minutes, 2)
  return start + (count === 3 || count === 5 ? ':' : '') + digits(minutes, 2)
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0')
}
