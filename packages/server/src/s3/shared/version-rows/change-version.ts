import type { BucketRow, ObjectRow, VersionRow } from '../../../metadata/tables/rows.ts'
import { current, versionHeads, versions } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { deleteMarkerError, errorOfAbsent } from './find-version.ts'
import { placeOfVersion } from './place-of-version.ts'
import { readVersions } from './put-version.ts'
import { isObject, orderOf, versionIdOf } from '../object/version-order.ts'

/**
 * Changes what is said of an object version, not its bytes: its ACL, its tags. The newest version where none is named.
 * Returns the row as changed. Throws NoSuchKey, NoSuchVersion, or MethodNotAllowed on a delete marker.
 */
export async function changeVersion(
  transaction: Transaction,
  bucket: BucketRow,
  key: string,
  versionId: string | undefined,
  change: (row: ObjectRow, isNewest: boolean) => Partial<ObjectRow>,
): Promise<ObjectRow> {
  const found = await locateVersion(transaction, bucket, key, versionId)
  if (!found) {
    if (versionId === undefined) {
      // "The only operation you can use on a delete marker is an Amazon S3 API DELETE call" (S3 Developer Guide, "Working with delete
      // markers"); S3 was seen to answer so (getmoto/moto#9401).
      throw await errorOfAbsent((table, ...parts) => transaction.get(table, ...parts), bucket, key)
    }
    throw new S3Error('NoSuchVersion', { Key: key, VersionId: versionId })
  }
  const { row, isNewest } = found
  if (!isObject(row)) throw deleteMarkerError(row)
  const changed = { ...row, ...change(row, isNewest) }
  if (isNewest) transaction.put(current, [bucket.id, key], changed)
  else transaction.put(versions, [bucket.id, key, orderOf(row)], changed)
  return changed
}

/** The newest object version, or the version that is named, and whether it stands in `current`. */
export async function locateVersion(
  transaction: Transaction,
  bucket: BucketRow,
  key: string,
  versionId: string | undefined,
): Promise<{ readonly row: VersionRow; readonly isNewest: boolean } | undefined> {
  if (versionId !== undefined) {
    // First, so that a newest version that cannot be read is in no other's way.
    const row = await olderVersion(transaction, bucket, key, versionId)
    if (row) return { row, isNewest: false }
  }
  const { newest } = await readVersions(transaction, bucket, key)
  const isMeant = newest && (versionId === undefined || versionIdOf(newest) === versionId)
  return isMeant ? { row: newest, isNewest: true } : undefined
}

/** A version by its id, unless it is the newest object version. */
async function olderVersion(
  transaction: Transaction,
  bucket: BucketRow,
  key: string,
  versionId: string,
): Promise<VersionRow | undefined> {
  const head = bucket.versioning && (await transaction.get(versionHeads, bucket.id, key))
  const order = await placeOfVersion(transaction, head, bucket.id, key, versionId)
  const row = order === undefined ? undefined : await transaction.get(versions, bucket.id, key, order)
  return row && versionIdOf(row) === versionId ? row : undefined
}
