import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { shownVersionId } from '../../shared/object/version-order.ts'

/** The version that an annotation is of, as answers name it; nothing where the bucket has no versioning. */
export function objectVersionId(bucket: BucketRow, row: ObjectRow): { ObjectVersionId?: string } {
  const { VersionId } = shownVersionId(bucket, row)
  return VersionId === undefined ? {} : { ObjectVersionId: VersionId }
}
