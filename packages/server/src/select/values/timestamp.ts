import { DAY_MILLISECONDS } from '../../base/day.ts'
import { calendarDayOf, daysInMonth, daysOf, splitInstant, type CalendarDay } from './calendar.ts'

/** From coarse to fine. */
export const PRECISIONS = ['year', 'month', 'day', 'minute', 'second'] as const
export type Precision = (typeof PRECISIONS)[number]

export interface TimestampParts {
  /** Since 1970 in UTC, rounded down. */
  readonly milliseconds: number
  readonly precision: Precision
  /** The digits of the second's fraction, as many as there are: its first three are in `milliseconds` as well. */
  readonly fraction: string
  /** Of local time from UTC; `undefined` where it is unknown, and the time is UTC's. */
  readonly offsetMinutes: number | undefined
}

/** As a clock at its offset shows it. */
export interface LocalTime extends CalendarDay {
  readonly hour: number
  readonly minute: number
  readonly second: number
}

/**
 * Ion's texts, and those of CSV files that are close: no `T` behind a day, a blank for it before a time, no colon in an
 * offset, or none at all.
 */
const pattern =
  /^(\d{4})(?:T|-(\d\d)(?:T|-(\d\d)(?:T?|[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)? ?(?:([Zz])|([+-])(\d\d):?(\d\d))?)))$/
const MINUTE_MILLISECONDS = 60_000

/** A moment with a precision from a year to any fraction of a second, and an offset from UTC that may be unknown. */
export class Timestamp {
  readonly milliseconds: number
  readonly precision: Precision
  readonly fraction: string
  readonly offsetMinutes: number | undefined

  constructor({ milliseconds, precision, fraction, offsetMinutes }: TimestampParts) {
    this.milliseconds = milliseconds
    this.precision = precision
    this.fraction = fraction
    this.offsetMinutes = offsetMinutes
  }

  /** In UTC, to the millisecond. */
  static ofInstant(milliseconds: number): Timestamp {
    const whole = Math.floor(milliseconds)
    const fraction = String(whole - Math.floor(whole / 1000) * 1000).padStart(3, '0')
    return new Timestamp({ milliseconds: whole, precision: 'second', fraction, offsetMinutes: 0 })
  }

  /** Of an Ion timestamp, or the like of it in a CSV file; `undefined` where it is none. */
  static parse(text: string): Timestamp | undefined {
    const match = pattern.exec(text)
    if (match === null) return undefined
    const [, year, month, day, hour, minute, second, fraction = ''] = match
    const local: LocalTime = {
      year: Number(year),
      month: Number(month ?? 1),
      day: Number(day ?? 1),
      hour: Number(hour ?? 0),
      minute: Number(minute ?? 0),
      second: Number(second ?? 0),
    }
    const offsetMinutes = offsetOf(match)
    if (!isOnClock(local) || offsetMinutes === null) return undefined
    return Timestamp.ofLocal(local, {
      precision: precisionOf(month, day, hour, second),
      fraction,
      offsetMinutes,
    })
  }

  /** `time` is one that a clock can show. */
  static ofLocal(time: LocalTime, parts: Omit<TimestampParts, 'milliseconds'>): Timestamp {
    const seconds = (time.hour * 60 + time.minute - (parts.offsetMinutes ?? 0)) * 60 + time.second
    const thousandths = parts.fraction === '' ? 0 : Number(parts.fraction.slice(0, 3).padEnd(3, '0'))
    const milliseconds = daysOf(time) * DAY_MILLISECONDS + seconds * 1000 + thousandths
    return new Timestamp({ ...parts, milliseconds })
  }

  local(): LocalTime {
    const { days, rest } = splitInstant(this.milliseconds + (this.offsetMinutes ?? 0) * MINUTE_MILLISECONDS)
    return {
      ...calendarDayOf(days),
      hour: Math.floor(rest / 3_600_000),
      minute: Math.floor(rest / MINUTE_MILLISECONDS) % 60,
      second: Math.floor(rest / 1000) % 60,
    }
  }

  /** By the instant: neither offset nor precision count. */
  compare(other: Timestamp): number {
    if (this.milliseconds !== other.milliseconds) return this.milliseconds < other.milliseconds ? -1 : 1
    if (this.fraction.length <= 3 && other.fraction.length <= 3) return 0
    return compareDigits(this.fraction, other.fraction)
  }

  /** As Ion writes it: with a closing `T` where there is no day, with -00:00 for an unknown offset. */
  toString(): string {
    const time = this.local()
    const year = digits(time.year, 4)
    if (this.precision === 'year') return `${year}T`
    const month = `${year}-${digits(time.month, 2)}`
    if (this.precision === 'month') return `${month}T`
    const day = `${month}-${digits(time.day, 2)}`
    if (this.precision === 'day') return day
    const minute = `${day}T${digits(time.hour, 2)}:${digits(time.minute, 2)}`
    const offset = formatOffset(this.offsetMinutes)
    if (this.precision === 'minute') return minute + offset
    const fraction = this.fraction === '' ? '' : `.${this.fraction}`
    return `${minute}:${digits(time.second, 2)}${fraction}${offset}`
  }
}

/** Whether the clock can show it, in the years that Ion has: 1 to 9999. */
export function isOnClock({ year, month, day, hour, minute, second }: LocalTime): boolean {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false
  return day <= daysInMonth(year, month) && hour < 24 && minute < 60 && second < 60
}

/** `null`: there is no such offset. */
function offsetOf(match: RegExpExecArray): number | undefined | null {
  const [zulu, sign, hours, minutes] = match.slice(8)
  if (zulu !== undefined) return 0
  if (sign === undefined) return undefined
  const offset = Number(hours) * 60 + Number(minutes)
  if (Number(hours) > 23 || Number(minutes) > 59) return null
  if (sign === '+') return offset
  return offset === 0 ? undefined : -offset
}

function precisionOf(
  month: string | undefined,
  day: string | undefined,
  hour: string | undefined,
  second: string | undefined,
): Precision {
  if (second !== undefined) return 'second'
  if (hour !== undefined) return 'minute'
  if (day !== undefined) return 'day'
  return month === undefined ? 'year' : 'month'
}

function formatOffset(offsetMinutes: number | undefined): string {
  if (offsetMinutes === undefined) return '-00:00'
  if (offsetMinutes === 0) return 'Z'
  const minutes = Math.abs(offsetMinutes)
  const sign = offsetMinutes < 0 ? '-' : '+'
  return `${sign}${digits(Math.floor(minutes / 60), 2)}:${digits(minutes % 60, 2)}`
}

/** Of two fractions: 0.1 and 0.100 are the same. */
function compareDigits(one: string, other: string): number {
  const length = Math.max(one.length, other.length)
  const [left, right] = [one.padEnd(length, '0'), other.padEnd(length, '0')]
  if (left === right) return 0
  return left < right ? -1 : 1
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
