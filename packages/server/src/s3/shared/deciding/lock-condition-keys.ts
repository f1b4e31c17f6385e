import type { ContextKeys } from '../../../access/request-context.ts'
import { DAY_MILLISECONDS } from '../../../base/day.ts'

/** What a request says of an object's lock. */
export interface AskedLock {
  readonly mode?: string | undefined
  readonly retainUntil?: string | Date | undefined
  readonly legalHold?: string | undefined
  readonly eventHold?: string | undefined
  readonly days?: string | number | undefined
  readonly years?: string | number | undefined
}

/** Of the days of an event hold. Source: S3 User Guide, "Object Lock considerations": "1 year as 365 days". */
const DAYS_OF_YEAR = 365

/** Its condition keys. Source: Service Authorization Reference, Amazon S3. */
export function lockConditionKeys(asked: AskedLock, now: Date): ContextKeys {
  const { mode, retainUntil, legalHold, eventHold, days, years } = asked
  const heldDays = days ?? (years === undefined ? undefined : Number(years) * DAYS_OF_YEAR)
  const until = retainUntil === undefined ? undefined : new Date(retainUntil)
  const isDate = until !== undefined && !Number.isNaN(until.getTime())
  const remainingMilliseconds = isDate ? until.getTime() - now.getTime() : 0
  return {
    's3:object-lock-mode': mode,
    's3:object-lock-legal-hold': legalHold,
    's3:object-lock-event-hold': eventHold,
    's3:object-lock-event-hold-duration-days': heldDays === undefined ? undefined : String(heldDays),
    's3:object-lock-retain-until-date': isDate ? until.toISOString() : undefined,
    's3:object-lock-remaining-retention-days': isDate
      ? String(Math.ceil(remainingMilliseconds / DAY_MILLISECONDS))
      : undefined,
  }
}
