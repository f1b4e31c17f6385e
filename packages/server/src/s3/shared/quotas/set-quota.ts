import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { type QuotaLimits, quotas, type QuotaScope } from '../../../metadata/tables/quota-tables.ts'
import { buckets, ownedBuckets } from '../../../metadata/tables/tables.ts'
import { transact, type Transaction } from '../../../metadata/transaction.ts'
import { readableRows } from '../../../metadata/unreadable-rows.ts'

/** Of what a quota is. */
export type QuotaPlace = { readonly bucket: string } | { readonly account: string }

/** Sets a quota, or takes it away where nothing is limited; one that is so already stays as it is. Throws an `Error` for people where there is nothing of that name. */
export async function setQuota(
  metadata: OrderedStore,
  place: QuotaPlace,
  limits: QuotaLimits,
): Promise<void> {
  if ('bucket' in place) {
    if (await setBucketQuota(metadata, place.bucket, limits)) return
    throw new NoSuchPlace(`There is no bucket ${place.bucket}.`)
  }
  if (!/^\d{12}$/.test(place.account))
    throw new NoSuchPlace(`${place.account} is no id of an account: 12 digits.`)
  await setAccountQuota(metadata, place.account, limits)
}

export class NoSuchPlace extends Error {
  override readonly name = 'NoSuchPlace'
}

/** Sets what a bucket may hold; takes the quota away where nothing is limited. False where there is no such bucket. */
function setBucketQuota(metadata: OrderedStore, name: string, limits: QuotaLimits): Promise<boolean> {
  return transact(metadata, async (transaction) => {
    const bucket = await transaction.get(buckets, name)
    if (!bucket) return false
    await put(transaction, 'bucket', bucket.id, limits)
    await mark(transaction, name)
    return true
  })
}

/** The same of all buckets of an account together. Where it is cut off it holds for some of them; done again, for all. */
async function setAccountQuota(
  metadata: OrderedStore,
  accountId: string,
  limits: QuotaLimits,
): Promise<void> {
  await transact(metadata, (transaction) => put(transaction, 'account', accountId, limits))
  // A bucket that is made from now on sees the row.
  for await (const { parts } of readableRows(metadata, ownedBuckets, ownedBuckets.range(accountId)))
    await transact(metadata, (transaction) => mark(transaction, parts[1]))
}

/** Whoever has a ceiling loses it, unless the limits are what they were. */
async function put(
  transaction: Transaction,
  scope: QuotaScope,
  id: string,
  { maximumBytes, maximumObjects }: QuotaLimits,
): Promise<void> {
  const there = await transaction.get(quotas, scope, id)
  if (there?.maximumBytes === maximumBytes && there?.maximumObjects === maximumObjects) return
  if (maximumBytes === undefined && maximumObjects === undefined) transaction.remove(quotas, scope, id)
  else transaction.put(quotas, [scope, id], { maximumBytes, maximumObjects, ceilings: {} })
}

/** Tells those who write into a bucket whether there is a quota to look at. */
async function mark(transaction: Transaction, name: string): Promise<void> {
  const bucket = await transaction.get(buckets, name)
  if (!bucket) return
  const ofBucket = await transaction.get(quotas, 'bucket', bucket.id)
  const ofAccount = await transaction.get(quotas, 'account', bucket.ownerAccountId)
  const hasQuota = ofBucket || ofAccount ? true : undefined
  if (hasQuota !== bucket.hasQuota) transaction.put(buckets, [name], { ...bucket, hasQuota })
}
