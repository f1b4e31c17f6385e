/** A time of days or of years of the calendar. */
export type PeriodRow =
  | { readonly days: number; readonly years?: undefined }
  | { readonly years: number; readonly days?: undefined }

/** Object lock of a bucket, and what new versions get that ask for nothing else. */
export interface ObjectLockRow {
  readonly defaultRetention?: DefaultRetentionRow | undefined
}

/** A fixed period, an event hold, or both. */
export type DefaultRetentionRow = { readonly mode: RetentionMode; readonly eventHold?: PeriodRow } & (
  | PeriodRow
  | { readonly days?: undefined; readonly years?: undefined }
)

export type RetentionMode = 'GOVERNANCE' | 'COMPLIANCE'

/** Until when a version may not be deleted; `retainedUntil` tells it. */
export interface RetentionRow {
  readonly mode: RetentionMode
  /** Under an event hold: not before; 0 where nobody said a date. */
  readonly untilMilliseconds: number
  /** Of an event hold that is on, how long the version is kept from its release on; `OFF` once that was said. */
  readonly eventHold?: PeriodRow | 'OFF'
}
