import { DAY_MILLISECONDS } from '../../base/day.ts'
import { S3Error } from '../../model/s3-error.ts'
import { daysInMonth } from './calendar.ts'
import { Decimal } from './decimal.ts'
import { isOnClock, PRECISIONS, Timestamp, type LocalTime, type Precision } from './timestamp.ts'

export type DatePart = 'YEAR' | 'MONTH' | 'DAY' | 'HOUR' | 'MINUTE' | 'SECOND'
export type ExtractPart = DatePart | 'TIMEZONE_HOUR' | 'TIMEZONE_MINUTE'

/** How many milliseconds those that always have as many, and how many months the others. */
const MILLISECONDS = { DAY: DAY_MILLISECONDS, HOUR: 3_600_000, MINUTE: 60_000, SECOND: 1000 } as const
const MONTHS = { YEAR: 12, MONTH: 1 } as const
/** The precision that a change of the part needs. */
const precisionOf: Readonly<Record<DatePart, Precision>> = {
  YEAR: 'year',
  MONTH: 'month',
  DAY: 'day',
  HOUR: 'minute',
  MINUTE: 'minute',
  SECOND: 'second',
}

/**
 * More precise than `timestamp` where the part asks for it. A day that the month does not have is its last. Throws where
 * the result has no place in the years 1 to 9999.
 */
export function addToDate(part: DatePart, quantity: bigint, timestamp: Timestamp): Timestamp {
  const precision = finer(precisionOf[part], timestamp.precision)
  const { fraction, offsetMinutes } = timestamp
  const moved =
    part === 'YEAR' || part === 'MONTH'
      ? addMonths(timestamp, Number(quantity) * MONTHS[part], precision)
      : new Timestamp({
          milliseconds: timestamp.milliseconds + Number(quantity) * MILLISECONDS[part],
          precision,
          fraction,
          offsetMinutes,
        })
  if (!isOnClock(moved.local())) throw new S3Error('IllegalSqlFunctionArgument')
  return moved
}

/** Whole parts from the one to the other, below 0 where `to` is before `from`. */
export function dateDifference(part: DatePart, from: Timestamp, to: Timestamp): bigint {
  if (part === 'YEAR' || part === 'MONTH') return BigInt(Math.trunc(monthsBetween(from, to) / MONTHS[part]))
  return BigInt(Math.trunc((to.milliseconds - from.milliseconds) / MILLISECONDS[part]))
}

/** What the clock at the timestamp's offset shows. Of an unknown offset the zone is null. */
export function extractFromDate(part: ExtractPart, timestamp: Timestamp): bigint | Decimal | null {
  const { offsetMinutes } = timestamp
  if (part === 'TIMEZONE_HOUR')
    return offsetMinutes === undefined ? null : BigInt(Math.trunc(offsetMinutes / 60))
  if (part === 'TIMEZONE_MINUTE') return offsetMinutes === undefined ? null : BigInt(offsetMinutes % 60)
  const time = timestamp.local()
  if (part === 'SECOND') return secondOf(time, timestamp.fraction)
  return BigInt(partOf(part, time))
}

function partOf(part: Exclude<DatePart, 'SECOND'>, time: LocalTime): number {
  switch (part) {
    case 'YEAR':
      return time.year
    case 'MONTH':
      return time.month
    case 'DAY':
      return time.day
    case 'HOUR':
      return time.hour
    case 'MINUTE':
      return time.minute
  }
}

function secondOf({ second }: LocalTime, fraction: string): bigint | Decimal {
  if (fraction === '') return BigInt(second)
  return Decimal.parse(`${second}.${fraction}`) ?? BigInt(second)
}

function finer(one: Precision, other: Precision): Precision {
  return PRECISIONS.indexOf(one) > PRECISIONS.indexOf(other) ? one : other
}

function addMonths(timestamp: Timestamp, months: number, precision: Precision): Timestamp {
  const { fraction, offsetMinutes } = timestamp
  const time = timestamp.local()
  const total = time.year * 12 + time.month - 1 + months
  const year = Math.floor(total / 12)
  const month = total - year * 12 + 1
  // Beyond it the arithmetic of days is no longer exact.
  if (!(year >= 1 && year <= 9999)) throw new S3Error('IllegalSqlFunctionArgument')
  const day = Math.min(time.day, daysInMonth(year, month))
  return Timestamp.ofLocal({ ...time, year, month, day }, { precision, fraction, offsetMinutes })
}

/** Whole months, in UTC. */
function monthsBetween(from: Timestamp, to: Timestamp): number {
  const [start, end] = [inUtc(from), inUtc(to)]
  const months = (end.year - start.year) * 12 + end.month - start.month
  const rest = restOfMonth(to, end) - restOfMonth(from, start)
  if (months > 0 && rest < 0) return months - 1
  return months < 0 && rest > 0 ? months + 1 : months
}

function inUtc({ milliseconds }: Timestamp): LocalTime {
  return Timestamp.ofInstant(milliseconds).local()
}

/** Milliseconds since the first of its month. */
function restOfMonth({ milliseconds }: Timestamp, { day }: LocalTime): number {
  return (
    (day - 1) * DAY_MILLISECONDS + (((milliseconds % DAY_MILLISECONDS) + DAY_MILLISECONDS) % DAY_MILLISECONDS)
  )
}
