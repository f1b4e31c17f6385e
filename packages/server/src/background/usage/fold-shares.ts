import type { Clock } from '../../base/clock.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { BASE_SHARE, usageShares } from '../../metadata/tables/usage-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { addUsage, noUsage } from '../../metadata/usage-amounts.ts'
import { usagePeriod } from '../../metadata/usage-ledger.ts'
import { passOver, unlessUnreadable } from '../../metadata/unreadable-rows.ts'
import { pagesOf } from '../../metadata/entries-of.ts'
import { bucketNames } from '../store-usage.ts'

type ShareKey = ReturnType<typeof usageShares.parts>

/** Shares folded in one commit. */
const MOST_AT_ONCE = 200

/** What was met of the shares of buckets. */
interface BucketShares {
  readonly over: ShareKey[]
  isWhole: boolean
}

/**
 * Adds the shares that no process writes any more to the base of their buckets, and takes away those of buckets that are gone.
 * Returns the buckets, by name, whose shares do not tell all.
 */
export async function foldShares(metadata: OrderedStore, clock: Clock): Promise<string[]> {
  const found = await sharesByBucket(metadata, usagePeriod(clock))
  // Read after: a bucket whose share was seen and that is not there now is gone for good.
  const names = await bucketNames(metadata)
  for (const [bucketId, { over }] of found) {
    const isThere = names.has(bucketId)
    for (let start = 0; start < over.length; start += MOST_AT_ONCE)
      await fold(metadata, bucketId, over.slice(start, start + MOST_AT_ONCE), isThere)
    if (isThere || !found.get(bucketId)?.isWhole) continue
    await transact(metadata, async (transaction) => transaction.remove(usageShares, bucketId, ...BASE_SHARE))
  }
  return [...names].filter(([id]) => !found.get(id)?.isWhole).map(([, name]) => name)
}

async function sharesByBucket(metadata: OrderedStore, period: number): Promise<Map<string, BucketShares>> {
  const found = new Map<string, BucketShares>()
  for await (const page of pagesOf(metadata, usageShares.range())) {
    for (const entry of page) {
      const parts = unlessUnreadable(metadata, () => usageShares.parts(entry.key))
      if (!parts) continue
      const [bucketId, since] = parts
      const bucket = found.get(bucketId) ?? { over: [], isWhole: false }
      found.set(bucketId, bucket)
      if (since > 0 && since < period - 1) bucket.over.push(parts)
      if (since === 0 && unlessUnreadable(metadata, () => usageShares.decode(entry).isWhole))
        bucket.isWhole = true
    }
  }
  return found
}

function fold(
  metadata: OrderedStore,
  bucketId: string,
  over: readonly ShareKey[],
  isThere: boolean,
): Promise<void> {
  return transact(metadata, async (transaction) => {
    const base = await transaction.getIfReadable(usageShares, bucketId, ...BASE_SHARE)
    const sum = noUsage()
    let isWhole = base?.isWhole
    if (base) addUsage(sum, base)
    for (const key of over) {
      try {
        const share = await transaction.get(usageShares, ...key)
        if (share) addUsage(sum, share)
      } catch (error) {
        passOver(metadata, error)
        isWhole = undefined
      }
      transaction.remove(usageShares, ...key)
    }
    if (isThere) transaction.put(usageShares, [bucketId, ...BASE_SHARE], { ...sum, isWhole })
  })
}
