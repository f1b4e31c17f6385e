import type { PeriodRow, RetentionRow } from '../../../metadata/tables/object-lock-rows.ts'
import { heldFor, retainedUntil } from './retained-until.ts'

/** A version's retention as answers tell it, whatever the members are called there. */
export function shownRetention(retention: RetentionRow, now: Date) {
  const period = heldFor(retention)
  return {
    mode: retention.mode,
    until: new Date(retainedUntil(retention, now)),
    eventHold: retention.eventHold && (period ? ('ON' as const) : ('OFF' as const)),
    period: period && shownPeriod(period),
  }
}

export function shownPeriod({ days, years }: PeriodRow) {
  return { Days: days, Years: years }
}
