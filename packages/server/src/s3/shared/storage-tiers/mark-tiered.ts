import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { buckets } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { isMonitored } from './monitored.ts'

/** Marks a bucket whose first object of INTELLIGENT_TIERING a transaction writes: the worker looks at no others. */
export function markTiered(
  transaction: Transaction,
  bucketName: string,
  bucket: BucketRow,
  row: ObjectRow,
): void {
  if (bucket.isTiered || !isMonitored(row)) return
  transaction.put(buckets, [bucketName], { ...bucket, deleting: undefined, isTiered: true })
}
