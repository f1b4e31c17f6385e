import type { BucketRow, ObjectRow, VersionOrder } from '../../../metadata/tables/rows.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { assertWritePreconditions, type WritePreconditions } from '../object/preconditions.ts'
import { nextOrder, timeOfOrder } from '../object/version-order.ts'
import { placeVersion } from './place-version.ts'
import { latestOrderOf, putVersion, readVersions, type VersionSource } from './put-version.ts'

/**
 * Puts the object that an upload in parts has made, which is of when the upload was begun, as `modifiedMilliseconds` says: what its key
 * got since stands before it, be it of an upload that was begun later and done earlier. Source: S3 User Guide, "Uploading and copying
 * objects using multipart upload", "Concurrent multipart upload operations": in a bucket with versioning "the current version of the
 * object is determined by which upload started most recently". Without versioning what came in between "might take precedence": S3
 * lets go of the object then, and says that it has it. Here the last completion wins, at its own time, for nothing is lost unsaid.
 *
 * `versionId` was told when the upload was begun, where it was.
 *
 * With conditions it throws ConditionalRequestConflict instead of putting an object where they are not about it. Source: S3 API
 * Reference, CompleteMultipartUpload, `If-Match`: "if a conflicting operation occurs during the upload", which then has to begin anew.
 * A deletion that came in between is one as long as a delete marker tells of it; without versioning nothing does.
 */
export async function putBegunVersion(
  transaction: Transaction,
  source: VersionSource,
  bucket: BucketRow,
  key: string,
  row: ObjectRow,
  versionId: VersionOrder | undefined,
  conditions: WritePreconditions,
): Promise<ObjectRow> {
  const known = await readVersions(transaction, bucket, key)
  const latest = latestOrderOf(known)
  const begun = new Date(row.modifiedMilliseconds)
  const isNewest = latest === undefined || timeOfOrder(latest) <= begun.getTime()
  assertWritePreconditions(conditions, known.newest, key)
  const isEnabled = bucket.versioning === 'Enabled'
  const isConditional = (conditions.ifMatch ?? conditions.ifNoneMatch) !== undefined
  if (isConditional && !isNewest && (isEnabled || !known.newest))
    throw new S3Error('ConditionalRequestConflict', {
      Condition: conditions.ifMatch === undefined ? 'If-None-Match' : 'If-Match',
      Key: key,
    })
  if (!isEnabled) {
    if (!isNewest) {
      const made = { ...row, modifiedMilliseconds: source.clock.now().getTime() }
      return putVersion(transaction, source, bucket, key, made, conditions)
    }
    const asOfThen = { clock: { now: () => begun }, random: source.random }
    return putVersion(transaction, asOfThen, bucket, key, row, conditions)
  }
  const before = isNewest ? latest : undefined
  const order = orderWith(versionId, before) ?? nextOrder(begun, source.random, before)
  const written = { ...row, order, ...(versionId !== undefined && versionId !== order && { versionId }) }
  await placeVersion(transaction, bucket, key, written)
  return written
}

/** The id that the upload was given is the place of the version, unless that would stand behind what came in the same millisecond. */
function orderWith(
  versionId: VersionOrder | undefined,
  latest: VersionOrder | undefined,
): VersionOrder | undefined {
  return versionId !== undefined && (latest === undefined || versionId < latest) ? versionId : undefined
}
