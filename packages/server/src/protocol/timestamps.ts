import { DAY_MILLISECONDS, daysInMonth } from '../base/day.ts'
import type { GrowingBytes } from '../base/growing-bytes.ts'

/** The extended form with its hyphens and colons, or the basic one without. */
const iso =
  /^(\d{4})(-?)(\d{2})\2(\d{2})(?:T(\d{2})(:?)(\d{2})(?:\6(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/
const http = [
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]0000)$/,
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d{2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
]
const asctime = 2

/**
 * A date of ISO 8601, alone or with a time of day, which may leave out its seconds and its zone: then it is UTC's.
 * `undefined` where it is not one.
 */
export function parseIsoDate(text: string): Date | undefined {
  const match = iso.exec(text)
  if (match === null) return undefined
  const [, year, , month, day, hour = '00', , minute = '00', second = '00', fraction = '0', zone = 'Z'] =
    match
  const offset = zone.replace(
    /^([+-]\d{2}):?(\d{2})?$/,
    (_, hours: string, minutes = '00') => `${hours}:${minutes}`,
  )
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction}${offset}`)
  // `Date` rolls the 31st of a short month over.
  const isReal = Number(day) <= daysInMonth(Number(year), Number(month))
  return isReal && !Number.isNaN(date.getTime()) ? date : undefined
}

/** A date in any of the three forms of RFC 9110, "Date/Time Formats". `undefined` where it is not one. */
export function parseHttpDate(text: string): Date | undefined {
  const form = http.findIndex((pattern) => pattern.test(text))
  if (form < 0) return undefined
  const date = new Date(form === asctime ? `${text} GMT` : text)
  return Number.isNaN(date.getTime()) ? undefined : date
}

const MOST_DAYS = 1000
const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'))

/**
 * What stands before the time of a day. Every answer has times, a listing a thousand of them, and what makes a date of a
 * time costs more than all the rest of it.
 */
class DayTexts {
  readonly #days = new Map<number, string>()
  readonly #textOf: (date: Date) => string

  constructor(textOf: (date: Date) => string) {
    this.#textOf = textOf
  }

  of(milliseconds: number): string {
    const day = Math.floor(milliseconds / DAY_MILLISECONDS)
    const known = this.#days.get(day)
    if (known !== undefined) return known
    const text = this.#textOf(new Date(milliseconds))
    if (this.#days.size >= MOST_DAYS) this.#days.clear()
    this.#days.set(day, text)
    return text
  }
}

const httpDays = new DayTexts((date) => date.toUTCString().slice(0, -'12:00:00 GMT'.length))
const isoDays = new DayTexts((date) => {
  const text = date.toISOString()
  return text.slice(0, text.indexOf('T') + 1)
})

/** Seconds count, as in `Fri, 01 Jan 2038 12:00:00 GMT`. */
export function formatHttpDate(date: Date): string {
  if (Number.isNaN(date.getTime())) return date.toUTCString()
  return `${httpDays.of(date.getTime())}${timeOfDay(date.getTime())} GMT`
}

/** With milliseconds, as in `2009-10-12T17:50:30.000Z`. Throws a RangeError for an invalid date. */
export function formatIsoDate(date: Date): string {
  const time = date.getTime()
  const fraction = String(((time % 1000) + 1000) % 1000).padStart(3, '0')
  return `${isoDays.of(time)}${timeOfDay(time)}.${fraction}Z`
}

/** Appends what {@link formatIsoDate} makes of a whole second, and makes no texts. */
export function writeIsoSeconds(milliseconds: number, target: GrowingBytes): void {
  target.ascii(isoDays.of(milliseconds))
  const second = milliseconds / 1000 - Math.floor(milliseconds / DAY_MILLISECONDS) * (DAY_MILLISECONDS / 1000)
  const minute = Math.floor(second / 60)
  target.bytes(END_OF_TIME)
  const { buffer, end } = target
  writeTwoDigits(buffer, end - END_OF_TIME.length, Math.floor(minute / 60))
  writeTwoDigits(buffer, end - END_OF_TIME.length + 3, minute % 60)
  writeTwoDigits(buffer, end - END_OF_TIME.length + 6, second % 60)
}

const END_OF_TIME = Buffer.from('00:00:00.000Z')
const ZERO = 0x30

function writeTwoDigits(bytes: Uint8Array, at: number, value: number): void {
  const tens = Math.floor(value / 10)
  bytes[at] = ZERO + tens
  bytes[at + 1] = ZERO + value - 10 * tens
}

function timeOfDay(milliseconds: number): string {
  const ofDay = milliseconds - Math.floor(milliseconds / DAY_MILLISECONDS) * DAY_MILLISECONDS
  const seconds = Math.floor(ofDay / 1000)
  const minutes = Math.floor(seconds / 60)
  return `${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}`
}
