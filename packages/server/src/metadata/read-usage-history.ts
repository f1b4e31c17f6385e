import type { OrderedStore } from './ordered-store.ts'
import {
  USAGE_RINGS,
  usageSamples,
  type UsageSampleRow,
  type UsageStep,
} from './tables/usage-history-tables.ts'
import { readableRows } from './unreadable-rows.ts'

/** What a bucket held, the oldest first; at most as many samples as the ring of `step` has. */
export async function readUsageHistory(
  store: OrderedStore,
  bucketId: string,
  step: UsageStep,
  nowMilliseconds: number,
): Promise<UsageSampleRow[]> {
  const { stepMilliseconds, size } = USAGE_RINGS[step]
  const found: UsageSampleRow[] = []
  for await (const { row } of readableRows(store, usageSamples, usageSamples.range(bucketId, step)))
    // What no server was there to write over is older, or is of a clock that was ahead.
    if (Math.abs(nowMilliseconds - row.atMilliseconds) < size * stepMilliseconds) found.push(row)
  return found.toSorted((a, b) => a.atMilliseconds - b.atMilliseconds)
}
