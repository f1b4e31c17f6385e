import type { PeriodRow, RetentionMode, RetentionRow } from '../../../metadata/tables/object-lock-rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { heldFor, released } from './retained-until.ts'

/** What a request says of the retention of a version, in headers or in a document. */
export interface SaidRetention {
  readonly mode?: string | undefined
  readonly until?: Date | undefined
  readonly eventHold?: string | undefined
  readonly days?: number | undefined
  readonly years?: number | undefined
}

/** That, checked: a fixed date, an event hold that is turned on, or one that is released. */
export interface AskedRetention {
  readonly mode?: RetentionMode
  readonly untilMilliseconds?: number
  readonly eventHold?: PeriodRow | 'OFF'
}

/**
 * Throws where what is said is not right. `unpaired` is what a mode without a date is answered, and the other way round. Source: S3
 * User Guide, "Object Lock considerations", "Request that sets an event hold is rejected".
 */
export function askedRetention(
  said: SaidRetention,
  now: Date,
  unpaired: () => S3Error,
): AskedRetention | undefined {
  const { mode, until, eventHold, days, years } = said
  const hasPeriod = days !== undefined || years !== undefined
  if (eventHold === undefined) {
    if (hasPeriod)
      throw invalid('An event hold duration can be specified only with an event hold that is ON.')
    if (mode === undefined && until === undefined) return undefined
    if (mode === undefined || until === undefined) throw unpaired()
  }
  const asked = {
    ...(mode !== undefined && { mode: checkedMode(mode) }),
    ...(until && { untilMilliseconds: checkedDate(until, now) }),
  }
  if (eventHold === undefined) return asked
  if (eventHold === 'OFF') {
    if (hasPeriod) throw invalid('An event hold duration cannot be specified with an event hold that is OFF.')
    return { ...asked, eventHold }
  }
  if (eventHold !== 'ON') throw invalidArgument('Unknown event hold status.')
  if (mode === undefined) throw invalid('An event hold requires a retention mode.')
  return { ...asked, eventHold: askedPeriod({ days, years }) }
}

/** The retention of a version that has `before`. Throws InvalidRequest where a hold is turned off that is not on, and no date is there. */
export function retentionFrom(
  asked: AskedRetention,
  before: RetentionRow | undefined,
  now: Date,
): RetentionRow {
  const { eventHold, untilMilliseconds } = asked
  const period = heldFor(before)
  const mode = asked.mode ?? (period && before?.mode)
  if (mode === undefined) throw invalid('An event hold requires a retention mode.')
  if (eventHold === 'OFF' && before && period) return { ...released(before, now, untilMilliseconds), mode }
  if (eventHold === undefined || eventHold === 'OFF') {
    if (untilMilliseconds === undefined)
      throw invalid('A retain until date is required when the event hold is OFF.')
    // A date alone leaves the hold as it is.
    const kept = eventHold ?? period
    return { mode, untilMilliseconds, ...(kept && { eventHold: kept }) }
  }
  return { mode, untilMilliseconds: untilMilliseconds ?? before?.untilMilliseconds ?? 0, eventHold }
}

/** Source: S3 User Guide, "Object Lock considerations", default retention period and event hold duration. */
const MOST = { days: 36_500, years: 100 } as const

/** One of the two, from 1 to 36,500 days or 100 years. */
function askedPeriod({ days, years }: Pick<SaidRetention, 'days' | 'years'>): PeriodRow {
  if ((days === undefined) === (years === undefined))
    throw invalid('An event hold requires exactly one event hold duration, in days or in years.')
  return checkedPeriod({ days, years }, 'Event hold duration')
}

/** Throws InvalidArgument where a period is too short or too long; `what` it is. One of its members is there. */
export function checkedPeriod(
  { days, years }: Pick<SaidRetention, 'days' | 'years'>,
  what: string,
): PeriodRow {
  const [unit, length] = days === undefined ? (['years', years ?? 0] as const) : (['days', days] as const)
  if (length < 1) throw invalidArgument(`${what} must be a positive integer value`)
  if (length > MOST[unit]) throw invalidArgument(`${what} too large: at most ${MOST[unit]} ${unit}`)
  return days === undefined ? { years: length } : { days }
}

/** Whether it is a period that a request could have named. */
export function isPeriodRow(value: Readonly<Record<string, unknown>>): boolean {
  const [member, ...others] = Object.entries(value)
  if (!member || others.length > 0) return false
  const [unit, length] = member
  if (unit !== 'days' && unit !== 'years') return false
  return Number.isSafeInteger(length) && Number(length) >= 1 && Number(length) <= MOST[unit]
}

function checkedMode(mode: string): RetentionMode {
  if (mode === 'GOVERNANCE' || mode === 'COMPLIANCE') return mode
  throw invalidArgument('Unknown wormMode directive.')
}

function checkedDate(until: Date, now: Date): number {
  if (until > now) return until.getTime()
  throw invalidArgument('The retain until date must be in the future!')
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}

function invalidArgument(message: string): S3Error {
  return new S3Error('InvalidArgument', {}, { message })
}
