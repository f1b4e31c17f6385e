import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { sumOfShares, type Usage } from '../../../metadata/read-usage.ts'
import type { QuotaAmounts, QuotaRow, QuotaScope } from '../../../metadata/tables/quota-tables.ts'
import { buckets, ownedBuckets } from '../../../metadata/tables/tables.ts'
import { usageShares } from '../../../metadata/tables/usage-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import type { UsageLedger } from '../../../metadata/usage-ledger.ts'
import { unlessUnreadable } from '../../../metadata/unreadable-rows.ts'

/** What counts under a quota, as its writers hold it. */
export interface ScopeUsage {
  /** False while a bucket is not counted yet: then nobody knows whether the quota is kept to. */
  readonly isKnown: boolean
  readonly total: QuotaAmounts
  /** By writer, as a quota's ceilings have them; without the base. */
  readonly byWriter: ReadonlyMap<string, QuotaAmounts>
}

const MOST_SHARES = 1_000_000
const MOST_BUCKETS = 1_000_000

export function amountsOf({ bytes, partBytes, versions }: Omit<Usage, 'isKnown'>): QuotaAmounts {
  return { bytes: bytes + partBytes, objects: versions }
}

/** All at one moment. */
export async function usageInScope(
  metadata: OrderedStore,
  scope: QuotaScope,
  id: string,
): Promise<ScopeUsage> {
  const ids = scope === 'bucket' ? [id] : await bucketIdsOf(metadata, id)
  const ranges = ids.map((bucketId) => ({ ...usageShares.range(bucketId), limit: MOST_SHARES }))
  const byWriter = new Map<string, QuotaAmounts>()
  let isKnown = true
  let total: QuotaAmounts = { bytes: 0, objects: 0 }
  for (const entries of await metadata.scanMany(ranges)) {
    const usage = sumOfShares(metadata, entries)
    isKnown &&= usage.isKnown
    total = sum(total, amountsOf(usage))
    for (const entry of entries) {
      const share = unlessUnreadable(metadata, () => usageShares.decode(entry))
      if (!share) continue
      const [, period, writer] = usageShares.parts(entry.key)
      const name = writerName({ period, name: writer })
      if (period > 0) byWriter.set(name, sum(byWriter.get(name) ?? NOTHING, amountsOf(share)))
    }
  }
  return { isKnown, total, byWriter }
}

export function writerName({ period, name }: UsageLedger['writer']): string {
  return `${period}/${name}`
}

const NOTHING: QuotaAmounts = { bytes: 0, objects: 0 }

function sum(one: QuotaAmounts, other: QuotaAmounts): QuotaAmounts {
  return { bytes: one.bytes + other.bytes, objects: one.objects + other.objects }
}

/** The most that there can be until the quota's row is written again: some may let theirs grow up to their ceilings. */
export function mostInScope(
  { total, byWriter }: ScopeUsage,
  { ceilings }: Pick<QuotaRow, 'ceilings'>,
): QuotaAmounts {
  let { bytes, objects } = total
  for (const [writer, ceiling] of Object.entries(ceilings)) {
    const now = byWriter.get(writer) ?? NOTHING
    bytes += Math.max(0, ceiling.bytes - now.bytes)
    objects += Math.max(0, ceiling.objects - now.objects)
  }
  return { bytes, objects }
}

async function bucketIdsOf(metadata: OrderedStore, accountId: string): Promise<string[]> {
  const entries = await metadata.scan({ ...ownedBuckets.range(accountId), limit: MOST_BUCKETS })
  const ids: string[] = []
  for (const { key } of entries) {
    const row = await readRow(metadata, buckets, ownedBuckets.parts(key)[1])
    if (row) ids.push(row.id)
  }
  return ids
}
