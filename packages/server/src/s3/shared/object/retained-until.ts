import { DAY_MILLISECONDS } from '../../../base/day.ts'
import type { PeriodRow, RetentionRow } from '../../../metadata/tables/object-lock-rows.ts'

/** When a period is over that begins now, in milliseconds. */
export function periodEnd({ days, years }: PeriodRow, now: Date): number {
  if (years === undefined) return now.getTime() + days * DAY_MILLISECONDS
  const end = new Date(now)
  return end.setUTCFullYear(end.getUTCFullYear() + years)
}

/** How long an event hold that is on keeps the version from its release on; `undefined` where none is on. */
export function heldFor(retention: RetentionRow | undefined): PeriodRow | undefined {
  const { eventHold } = retention ?? {}
  return eventHold === 'OFF' ? undefined : eventHold
}

/**
 * Until when a version is kept, in milliseconds. Under an event hold it is as if that were released now. Source: S3 User Guide, "Object
 * Lock considerations": the computed date, "not earlier" than one that was specified.
 */
export function retainedUntil(retention: RetentionRow, now: Date): number {
  const period = heldFor(retention)
  const { untilMilliseconds } = retention
  return period ? Math.max(untilMilliseconds, periodEnd(period, now)) : untilMilliseconds
}

/** Whether a version is kept as long as before, and as strictly, whatever happens: what nobody needs a bypass for. */
export function keepsAsLong(next: RetentionRow, before: RetentionRow, now: Date): boolean {
  if (next.mode !== before.mode || retainedUntil(next, now) < retainedUntil(before, now)) return false
  const period = heldFor(before)
  // To release it is what an event hold is for.
  if (!period || next.eventHold === 'OFF') return true
  const nextPeriod = heldFor(next)
  return nextPeriod !== undefined && periodEnd(nextPeriod, now) >= periodEnd(period, now)
}

/** A version's retention without its event hold, released now. */
export function released(retention: RetentionRow, now: Date, notBefore = 0): RetentionRow {
  const untilMilliseconds = Math.max(retainedUntil(retention, now), notBefore)
  return { mode: retention.mode, untilMilliseconds, eventHold: 'OFF' }
}
