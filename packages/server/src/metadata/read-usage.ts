import type { Entry, OrderedStore } from './ordered-store.ts'
import { usageShares } from './tables/usage-tables.ts'
import { addUsage, noUsage, type UsageAmounts } from './usage-amounts.ts'
import { unlessUnreadable } from './unreadable-rows.ts'

export interface Usage extends Readonly<UsageAmounts> {
  /** False while what was there before anything was counted is still to be; then the amounts tell of changes since. */
  readonly isKnown: boolean
}

/** More shares than a bucket has at a time. */
const MOST_SHARES = 1_000_000

/** What buckets hold: exactly, with every commit that has resolved, all at one moment. */
export async function readUsages(store: OrderedStore, bucketIds: readonly string[]): Promise<Usage[]> {
  const ranges = bucketIds.map((id) => ({ ...usageShares.range(id), limit: MOST_SHARES }))
  const shares = await store.scanMany(ranges)
  return shares.map((entries) => sumOfShares(store, entries))
}

/** Of all the shares of a bucket. One that cannot be read leaves it unknown. */
export function sumOfShares(store: OrderedStore, entries: readonly Entry[]): Usage {
  const sum = noUsage()
  let hasBase = false
  let isReadable = true
  for (const entry of entries) {
    const share = unlessUnreadable(store, () => usageShares.decode(entry))
    if (share) addUsage(sum, share)
    else isReadable = false
    if (share?.isWhole) hasBase = true
  }
  return { ...sum, isKnown: hasBase && isReadable }
}
