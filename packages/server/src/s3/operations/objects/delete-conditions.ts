import type { BucketRow, ObjectRow, VersionRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { wholeSeconds } from '../../shared/object/describe.ts'
import { matchesEtag, preconditionFailed } from '../../shared/object/preconditions.ts'
import { refuseUnsupported } from '../../shared/object/unsupported-input.ts'
import { isObject } from '../../shared/object/version-order.ts'
import type { Found } from '../../shared/version-rows/delete-version.ts'

/** Conditions of DeleteObject and of each key of DeleteObjects. */
export interface DeleteConditions {
  readonly key: string
  readonly versionId?: string | undefined
  readonly etag?: string | undefined
  readonly lastModified?: Date | undefined
  readonly sizeBytes?: number | undefined
}

/**
 * Makes the check of a conditional delete: it throws PreconditionFailed where the object is another than the one meant, or a
 * delete marker is in its place, and NoSuchKey where there is nothing. Throws NotImplemented at once for what S3 has in directory
 * buckets alone, and for a condition beside a version: it is about the newest one. Source: S3 User Guide, "How to perform
 * conditional deletes".
 */
export function deleteCheck(
  conditions: DeleteConditions,
  { directory }: Pick<BucketRow, 'directory'>,
): (existing: VersionRow | undefined, found: Pick<Found, 'isHidden'>) => void {
  if (!directory)
    refuseUnsupported(conditions, {
      lastModified: 'x-amz-if-match-last-modified-time',
      sizeBytes: 'x-amz-if-match-size',
      ...(conditions.versionId !== undefined && { etag: 'If-Match' }),
    })
  const { key, etag } = conditions
  return (existing, { isHidden }) => {
    if (existing && isObject(existing)) assertMeant(conditions, existing)
    else if (etag === undefined) return
    else if (isHidden) throw preconditionFailed('If-Match')
    else throw new S3Error('NoSuchKey', { Key: key })
  }
}

/** What is not there is no other than the one meant. Source: S3 API Reference, DeleteObject, `x-amz-if-match-size`. */
function assertMeant({ etag, lastModified, sizeBytes }: DeleteConditions, existing: ObjectRow): void {
  if (etag !== undefined && !matchesEtag(etag, existing.etag)) throw preconditionFailed('If-Match')
  if (lastModified && wholeSeconds(existing.modifiedMilliseconds) !== wholeSeconds(lastModified.getTime()))
    throw preconditionFailed('x-amz-if-match-last-modified-time')
  if (sizeBytes !== undefined && existing.sizeBytes !== sizeBytes)
    throw preconditionFailed('x-amz-if-match-size')
}
