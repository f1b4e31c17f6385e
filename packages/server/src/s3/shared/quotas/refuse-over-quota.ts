import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { quotas, type QuotaAmounts } from '../../../metadata/tables/quota-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { current, parts } from '../../../metadata/tables/tables.ts'
import type { Stores } from '../content/stores.ts'
import { fits, leftOf, scopesOf } from './admit-growth.ts'
import { quotaExceeded } from './quota-exceeded.ts'
import { quotaLeases } from './quota-leases.ts'
import { usageInScope } from './quota-usage.ts'

/** What a request is about to add. */
interface Announced {
  readonly sizeBytes: number | undefined
  /** What it takes the place of. */
  readonly replaced: { readonly sizeBytes: number } | undefined
  readonly isPart: boolean
}

/** Throws QuotaExceeded for an object that has no room, before its body is sent. The commit looks again. */
export async function refuseObjectOverQuota(
  stores: Pick<Stores, 'metadata'>,
  bucket: BucketRow,
  key: string,
  sizeBytes: number | undefined,
): Promise<void> {
  // What it takes the place of is known in the commit alone.
  if (bucket.versioning === 'Suspended') return
  const isKept = bucket.versioning === 'Enabled'
  const replaced = isKept ? undefined : await readRow(stores.metadata, current, bucket.id, key)
  await refuse(stores, bucket, { sizeBytes, replaced, isPart: false })
}

/** The same of a part. */
export async function refusePartOverQuota(
  stores: Pick<Stores, 'metadata'>,
  bucket: BucketRow,
  [uploadId, partNumber]: readonly [string, number],
  sizeBytes: number | undefined,
): Promise<void> {
  const replaced = await readRow(stores.metadata, parts, uploadId, partNumber)
  await refuse(stores, bucket, { sizeBytes, replaced, isPart: true })
}

async function refuse(
  { metadata }: Pick<Stores, 'metadata'>,
  bucket: BucketRow,
  { sizeBytes = 0, replaced, isPart }: Announced,
): Promise<void> {
  const growth: QuotaAmounts = {
    bytes: Math.max(0, sizeBytes - (replaced?.sizeBytes ?? 0)),
    objects: isPart || replaced ? 0 : 1,
  }
  for (const [scope, id] of scopesOf(bucket)) {
    const row = await readRow(metadata, quotas, scope, id)
    // Where this process has room by what it was granted, the commit will do.
    if (!row || quotaLeases(metadata).get(`${scope}/${id}`)?.covers(growth)) continue
    const usage = await usageInScope(metadata, scope, id)
    if (usage.isKnown && !fits(growth, leftOf(row, usage.total))) throw quotaExceeded(scope)
  }
}
