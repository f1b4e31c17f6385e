import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { changeVersion } from '../version-rows/change-version.ts'
import { S3Error } from '../../../model/s3-error.ts'

/** Which version a request about annotations means, and what has to hold of it. */
export interface AnnotationTarget {
  readonly Key: string
  readonly VersionId?: string | undefined
  /** Of the object, quoted or not. */
  readonly ObjectIfMatch?: string | undefined
}

/** The version as the transaction reads it, and changed by `change`. Throws NoSuchKey and its kin, or PreconditionFailed. */
export function changeAnnotated(
  transaction: Transaction,
  bucket: BucketRow,
  target: AnnotationTarget,
  change: (row: ObjectRow) => Partial<ObjectRow>,
): Promise<ObjectRow> {
  return changeVersion(transaction, bucket, target.Key, target.VersionId, (row) => {
    assertObjectMatches(row, target.ObjectIfMatch)
    return change(row)
  })
}

export function assertObjectMatches({ etag }: ObjectRow, asked: string | undefined): void {
  if (asked === undefined || asked === '*' || asked.replaceAll('"', '') === etag) return
  throw new S3Error('PreconditionFailed', { Condition: 'x-amz-object-if-match' })
}
