import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { buckets, ownedBuckets } from '../../../metadata/tables/tables.ts'
import { quotas } from '../../../metadata/tables/quota-tables.ts'
import { BASE_SHARE, usageShares } from '../../../metadata/tables/usage-tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { noUsage } from '../../../metadata/usage-amounts.ts'

/** All rows of a bucket that there was not. */
export async function putNewBucket(transaction: Transaction, name: string, row: BucketRow): Promise<void> {
  const { id, ownerAccountId, createdMilliseconds, region } = row
  const hasQuota = (await transaction.get(quotas, 'account', ownerAccountId)) ? true : undefined
  transaction.put(buckets, [name], { ...row, hasQuota })
  transaction.put(usageShares, [id, ...BASE_SHARE], { ...noUsage(), isWhole: true })
  transaction.put(ownedBuckets, [ownerAccountId, name], { createdMilliseconds, region })
}
