import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import {
  type QuotaAmounts,
  type QuotaLimits,
  quotas,
  type QuotaScope,
} from '../../../metadata/tables/quota-tables.ts'
import { buckets } from '../../../metadata/tables/tables.ts'
import { readableRows } from '../../../metadata/unreadable-rows.ts'
import { usageInScope } from './quota-usage.ts'

export interface Quota extends QuotaLimits {
  readonly scope: QuotaScope
  /** Of the bucket, or the id of the account. */
  readonly name: string
  /** The account, or that of the bucket. */
  readonly accountId: string
  /** Absent while a bucket is not counted yet: until then the quota refuses nothing. */
  readonly used: QuotaAmounts | undefined
}

/** All that there are, those of accounts first. */
export async function listQuotas(metadata: OrderedStore): Promise<Quota[]> {
  const found: Quota[] = []
  for await (const { parts, row } of readableRows(metadata, quotas, quotas.range('account')))
    found.push(await quotaOf(metadata, ['account', parts[1]], { name: parts[1], accountId: parts[1] }, row))
  for await (const { parts, row: bucket } of readableRows(metadata, buckets)) {
    if (!bucket.hasQuota) continue
    for await (const { row } of readableRows(metadata, quotas, quotas.range('bucket', bucket.id))) {
      const names = { name: parts[0], accountId: bucket.ownerAccountId }
      found.push(await quotaOf(metadata, ['bucket', bucket.id], names, row))
    }
  }
  return found
}

async function quotaOf(
  metadata: OrderedStore,
  [scope, id]: readonly [QuotaScope, string],
  names: Pick<Quota, 'name' | 'accountId'>,
  { maximumBytes, maximumObjects }: QuotaLimits,
): Promise<Quota> {
  const { isKnown, total } = await usageInScope(metadata, scope, id)
  return { scope, ...names, maximumBytes, maximumObjects, used: isKnown ? total : undefined }
}
