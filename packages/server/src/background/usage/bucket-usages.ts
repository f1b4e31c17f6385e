import { setImmediate as nextTurn } from 'node:timers/promises'
import { justAfter } from '../../metadata/just-after.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { readUsages, type Usage } from '../../metadata/read-usage.ts'
import { buckets } from '../../metadata/tables/tables.ts'
import { addUsage, noUsage, type UsageAmounts } from '../../metadata/usage-amounts.ts'
import { readableRows } from '../../metadata/unreadable-rows.ts'

export interface BucketUsage {
  readonly id: string
  readonly name: string
  readonly ownerAccountId: string
  readonly usage: Usage
}

const PAGE = 100

/**
 * Every bucket with what it holds, in the order of names, from behind `after` on; each bucket of one moment. Requests come
 * between. `ofAccount`: its own alone.
 */
export async function* bucketUsages(
  metadata: OrderedStore,
  after = '',
  ofAccount?: string,
): AsyncGenerator<BucketUsage> {
  let page: Omit<BucketUsage, 'usage'>[] = []
  const taken = async (): Promise<BucketUsage[]> => {
    const usages = await readUsages(
      metadata,
      page.map(({ id }) => id),
    )
    const found = page.flatMap((bucket, index) => {
      const usage = usages[index]
      return usage ? [{ ...bucket, usage }] : []
    })
    page = []
    await nextTurn()
    return found
  }
  const { start: first, end } = buckets.range()
  const range = { start: after === '' ? first : justAfter(buckets.key(after)), end }
  for await (const { parts, row } of readableRows(metadata, buckets, range)) {
    if (ofAccount !== undefined && row.ownerAccountId !== ofAccount) continue
    page.push({ name: parts[0], id: row.id, ownerAccountId: row.ownerAccountId })
    if (page.length === PAGE) yield* await taken()
  }
  yield* await taken()
}

/** What buckets hold, of which the largest are told one by one. */
export interface LargestBuckets {
  readonly largest: readonly BucketUsage[]
  /** All others that are known, together. */
  readonly others: UsageAmounts
  /** How many are yet to be counted. */
  readonly unknown: number
}

export async function largestBuckets(metadata: OrderedStore, most: number): Promise<LargestBuckets> {
  let largest: BucketUsage[] = []
  const others = noUsage()
  let unknown = 0
  const cut = (): void => {
    largest = largest.toSorted((a, b) => b.usage.bytes - a.usage.bytes)
    for (const { usage } of largest.splice(most)) addUsage(others, usage)
  }
  for await (const bucket of bucketUsages(metadata)) {
    if (!bucket.usage.isKnown) unknown++
    else largest.push(bucket)
    if (largest.length >= 2 * most + PAGE) cut()
  }
  cut()
  return { largest, others, unknown }
}
