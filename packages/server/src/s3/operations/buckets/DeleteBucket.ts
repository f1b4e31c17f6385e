import { entriesOf } from '../../../metadata/entries-of.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { accessPoints } from '../../../metadata/tables/access-point-tables.ts'
import type { BucketDocumentName, BucketRow } from '../../../metadata/tables/rows.ts'
import {
  bucketDocuments,
  buckets,
  current,
  garbage,
  ownedBuckets,
  uploads,
  versions,
} from '../../../metadata/tables/tables.ts'
import { quotas } from '../../../metadata/tables/quota-tables.ts'
import { BASE_SHARE, usageShares } from '../../../metadata/tables/usage-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { bucketOf, defineOperation, type OperationContext } from '../../shared/service/operation.ts'

export const DeleteBucket = defineOperation('DeleteBucket', {
  freesSpace: true,
  access: {
    action: 's3:DeleteBucket',
    on: 'bucket',
    directory: { action: 's3express:DeleteBucket' },
  },
  async handle(input, context) {
    while (!(await deleteIfEmpty(context, input.Bucket)));
    return {}
  },
})

/**
 * Marks the bucket, looks, and removes it. A write takes the mark away in its own commit, so no object can slip in
 * between the look and the removal. False when that happened.
 */
async function deleteIfEmpty(context: OperationContext, name: string): Promise<boolean> {
  const { service } = context
  const { metadata } = service.stores
  const marked: BucketRow = await transact(metadata, async (transaction) => {
    const row = await bucketForWrite(transaction, name, bucketOf(context))
    const marked = { ...row, deleting: service.random.bytes(9).toString('base64url') }
    transaction.put(buckets, [name], marked)
    return marked
  })
  const isEmpty = await holdsNothing(metadata, marked)
  const isReached = isEmpty && (await hasAccessPoints(metadata, marked))
  const outcome = await transact(metadata, async (transaction) => {
    const row = await transaction.get(buckets, name)
    if (!row || row.deleting !== marked.deleting) return 'disturbed'
    if (!isEmpty || isReached) {
      transaction.put(buckets, [name], { ...row, deleting: undefined })
      return isReached ? 'reached' : 'not empty'
    }
    transaction.remove(buckets, name)
    // A worker takes away the other shares.
    if (row.hasQuota) transaction.remove(quotas, 'bucket', row.id)
    transaction.remove(usageShares, row.id, ...BASE_SHARE)
    transaction.remove(ownedBuckets, row.ownerAccountId, name)
    for (const [document, id] of Object.entries(row.documents ?? {})) {
      if (id !== undefined) transaction.remove(bucketDocuments, row.id, document as BucketDocumentName, id)
    }
    // Uploads that are still open go with their bucket.
    transaction.put(garbage, [row.id], { kind: 'bucket', id: row.id })
    return 'deleted'
  })
  if (outcome === 'not empty') throw notEmpty(name, marked)
  if (outcome === 'reached') throw new S3Error('BucketHasAccessPointsAttached', { BucketName: name })
  if (outcome === 'deleted') service.garbageAdded()
  return outcome === 'deleted'
}

/** Of a bucket that has or had versioning it says what a listing of its objects does not show. The words were observed on S3. */
function notEmpty(name: string, { versioning }: BucketRow): S3Error {
  const message = 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.'
  return new S3Error('BucketNotEmpty', { BucketName: name }, versioning && { message })
}

/**
 * Whether access points of the bucket's own account lead to it. Those of other accounts stand in nobody's way: they lead nowhere then,
 * and not to a bucket that gets the name.
 */
async function hasAccessPoints(metadata: OrderedStore, { id, ownerAccountId }: BucketRow): Promise<boolean> {
  for await (const entry of entriesOf(metadata, accessPoints.range(ownerAccountId)))
    if (accessPoints.decode(entry).bucketId === id) return true
  return false
}

/**
 * No object, no older version and no delete marker; in a directory bucket no open upload. Source: S3 API Reference,
 * ListMultipartUploads: "you can't delete the bucket until all the in-progress multipart uploads are aborted or completed".
 */
async function holdsNothing(metadata: OrderedStore, { id, directory }: BucketRow): Promise<boolean> {
  for (const table of [current, versions, ...(directory ? [uploads] : [])]) {
    const found = await metadata.scan({ ...table.range(id), limit: 1 })
    if (found.length > 0) return false
  }
  return true
}
