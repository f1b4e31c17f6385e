import { quotas } from '../metadata/tables/quota-tables.ts'
import { bucketRestorations } from '../metadata/tables/restoration-tables.ts'
import type { BucketDocumentName, BucketRow } from '../metadata/tables/rows.ts'
import { bucketDocuments, buckets, ownedBuckets } from '../metadata/tables/tables.ts'
import { BASE_SHARE, usageShares } from '../metadata/tables/usage-tables.ts'
import { readRow, transact } from '../metadata/transaction.ts'
import { addUsage, noUsage, type UsageAmounts } from '../metadata/usage-amounts.ts'
import { renameInPolicy } from '../s3/shared/bucket/rename-in-policy.ts'
import { admitGrowth } from '../s3/shared/quotas/admit-growth.ts'
import { assertClaim, assertNoBucket } from './claim-bucket.ts'
import type { BucketRestoration } from './restoration.ts'

interface BroughtDocument {
  readonly name: BucketDocumentName
  readonly id: string
  readonly text: string
}

/** The commit with which the bucket is there, with all its settings. Throws QuotaExceeded where its account has no room for it. */
export async function makeBucket(restoration: BucketRestoration, usage: UsageAmounts): Promise<void> {
  const { service, to, claim, picked, bucket } = restoration
  const { bucketId: id } = claim
  const documents = await documentsOf(restoration)
  const limits = await readRow(picked, quotas, 'bucket', bucket.id)
  const row: BucketRow = {
    ...bucket,
    id,
    createdMilliseconds: service.clock.now().getTime(),
    documents: Object.fromEntries(documents.map((document) => [document.name, document.id])),
    deleting: undefined,
  }
  await transact(service.stores.metadata, async (transaction) => {
    await assertClaim(transaction, to, claim)
    await assertNoBucket(transaction, to)
    const { ownerAccountId, createdMilliseconds, region } = row
    const ofAccount = await transaction.get(quotas, 'account', ownerAccountId)
    const hasQuota = ofAccount || limits ? true : undefined
    transaction.put(buckets, [to], { ...row, hasQuota })
    transaction.put(ownedBuckets, [ownerAccountId, to], { createdMilliseconds, region })
    for (const { name, id: documentId, text } of documents)
      transaction.put(bucketDocuments, [id, name, documentId], { text })
    if (limits) transaction.put(quotas, ['bucket', id], { ...limits, ceilings: {} })
    transaction.put(usageShares, [id, ...BASE_SHARE], { ...noUsage(), isWhole: true })
    addUsage(transaction.usageOf(id), usage)
    if (hasQuota) transaction.lookLast(() => admitGrowth(transaction, row))
    transaction.remove(bucketRestorations, to)
  })
}

/** Under ids of their own, as those of all buckets are: by these they are kept parsed. */
async function documentsOf(restoration: BucketRestoration): Promise<BroughtDocument[]> {
  const { picked, bucket, service } = restoration
  const found: BroughtDocument[] = []
  for (const [given, oldId] of Object.entries(bucket.documents ?? {})) {
    const name = given as BucketDocumentName
    const document =
      oldId === undefined ? undefined : await readRow(picked, bucketDocuments, bucket.id, name, oldId)
    if (!document) continue
    const id = service.random.bytes(9).toString('base64url')
    const text = name === 'policy' ? renameInPolicy(document.text, restoration) : document.text
    found.push({ name, id, text })
  }
  return found
}
