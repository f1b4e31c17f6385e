import type { InventoryReportRow } from '../../metadata/tables/inventory-tables.ts'
import type { InventoryConfiguration } from '../../model/types.gen.ts'

/** Days from a Sunday to 1 January 1970, a Thursday. */
const DAYS_AFTER_SUNDAY = 4

/**
 * Whether another report begins: the first as soon as there is the configuration, then one on each day (UTC), or on each
 * Sunday. Source: S3 User Guide, "Cataloging and analyzing your data with S3 Inventory". A clock set back must not keep it waiting.
 */
export function isReportDue(
  { Schedule }: InventoryConfiguration,
  newest: Pick<InventoryReportRow, 'startedMilliseconds'> | undefined,
  nowMilliseconds: number,
  dayMilliseconds: number,
): boolean {
  if (!newest) return true
  const turnOf = (milliseconds: number): number => {
    const day = Math.floor(milliseconds / dayMilliseconds)
    return Schedule.Frequency === 'Daily' ? day : Math.floor((day + DAYS_AFTER_SUNDAY) / 7)
  }
  return turnOf(newest.startedMilliseconds) !== turnOf(nowMilliseconds)
}
