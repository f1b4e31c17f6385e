import { type Soon, soon } from '../../../base/soon.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { buckets } from '../../../metadata/tables/tables.ts'
import { RowCache } from '../../../metadata/row-cache.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { admitGrowth } from '../quotas/admit-growth.ts'
import type { Stores } from '../content/stores.ts'

/** Names of buckets made before 2018 included. Source: S3 User Guide, "General purpose bucket naming rules". */
const EVER_ALLOWED = /^[A-Za-z0-9._-]{3,255}$/

const bucketRows = new RowCache(buckets)

/** The bucket as it is now; NoSuchBucket where there is none, InvalidBucketName where there never can be one. */
export function readBucket(stores: Pick<Stores, 'metadata'>, name: string): Soon<BucketRow> {
  if (!EVER_ALLOWED.test(name)) throw new S3Error('InvalidBucketName', { BucketName: name })
  return soon(bucketRows.read(stores.metadata, name), (row) => row ?? noSuchBucket(name))
}

/** The same; `undefined` where there is none. */
export function findBucket(stores: Pick<Stores, 'metadata'>, name: string): Soon<BucketRow | undefined> {
  return EVER_ALLOWED.test(name) ? bucketRows.read(stores.metadata, name) : undefined
}

/**
 * The bucket that a transaction writes into: it cannot be deleted, nor its settings change, before the commit. A
 * DeleteBucket that is still looking loses to this write. `admitted` is the bucket that the caller was let into:
 * NoSuchBucket where another one, maybe of another account, has got its name since.
 */
export function bucketForWrite(
  transaction: Transaction,
  name: string,
  admitted: Pick<BucketRow, 'id'>,
): Soon<BucketRow> {
  return soon(transaction.getThrough(bucketRows, name), (row) => {
    if (row?.id !== admitted.id) noSuchBucket(name)
    if (row.hasQuota) transaction.lookLast(() => admitGrowth(transaction, row))
    if (row.deleting) transaction.put(buckets, [name], { ...row, deleting: undefined })
    return row
  })
}

/**
 * Holds the account that a request expects to own a bucket against the one that does. Source: S3 User Guide, "Verifying
 * bucket ownership with bucket owner condition".
 */
export function assertOwner(expected: string | undefined, bucket: BucketRow): void {
  if (expected === undefined) return
  if (!/^\d{12}$/.test(expected)) throw new S3Error('InvalidBucketOwnerAWSAccountID')
  if (expected !== bucket.ownerAccountId) throw new S3Error('AccessDenied')
}

function noSuchBucket(name: string): never {
  throw new S3Error('NoSuchBucket', { BucketName: name })
}
