import type {
  BucketRow,
  ObjectRow,
  VersionHeadRow,
  VersionOrder,
  VersionRow,
} from '../../../metadata/tables/rows.ts'
import { current, versionHeads, versionIds, versions } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { isNullVersion, isObject, orderOf } from '../object/version-order.ts'
import { countCurrent, countMovedBehind, countOlder, letGoOfCurrent } from './count-version.ts'
import { type KeyVersions, latestOrderOf, readVersions, removeVersionRow } from './put-version.ts'

/** A version that was made elsewhere, with its own times and id, and where it stands among those of its key. */
export type PlacedVersion = VersionRow & { readonly order: VersionOrder }

/**
 * Puts a version where its order says, between newer and older ones, as if it had always been there. A null version takes
 * the place of the null version there was. False, with nothing written, where that is the newest and would not be any more:
 * then the old one has to be deleted first.
 */
export async function placeVersion(
  transaction: Transaction,
  bucket: BucketRow,
  key: string,
  version: PlacedVersion,
): Promise<boolean> {
  const known = await readVersions(transaction, bucket, key)
  const isNull = isNullVersion(version)
  const latest = latestOrderOf(known)
  const isNewest = latest === undefined || version.order < latest
  if (isNull && !isNewest && isNullNewest(known, latest)) return false
  let nullOrder = known.head?.nullOrder
  if (isNull && nullOrder !== undefined) {
    await removeVersionRow(transaction, bucket, key, nullOrder)
    nullOrder = undefined
  }
  if (isNewest && known.newest)
    nullOrder = await moveBehind(transaction, bucket, key, known.newest, version, nullOrder)
  if (isNewest && isObject(version)) {
    countCurrent(transaction, bucket.id, version)
    transaction.put(current, [bucket.id, key], version)
  } else {
    countOlder(transaction, bucket.id, version)
    transaction.put(versions, [bucket.id, key, version.order], version)
    if (isNull) nullOrder = version.order
  }
  const head: VersionHeadRow = { latestOrder: isNewest ? version.order : latest, nullOrder }
  transaction.put(versionHeads, [bucket.id, key], head)
  const { versionId, order } = version
  if (versionId !== undefined && !isNull) transaction.put(versionIds, [bucket.id, key, versionId], { order })
  return true
}

/** Puts an object into a bucket that never had versioning, in place of the one there was. */
export async function placeUnversioned(
  transaction: Transaction,
  bucket: BucketRow,
  key: string,
  row: ObjectRow,
): Promise<void> {
  const known = await transaction.get(current, bucket.id, key)
  if (known) await letGoOfCurrent(transaction, bucket.id, known)
  countCurrent(transaction, bucket.id, row)
  transaction.put(current, [bucket.id, key], row)
}

/** Whether what a request without a version id means is the null version, an object or a delete marker. */
function isNullNewest({ newest, head }: KeyVersions, latest: VersionOrder | undefined): boolean {
  return newest ? isNullVersion(newest) : head?.nullOrder !== undefined && head.nullOrder === latest
}

/** The newest version makes room for a newer one, or for another null version; tells where the null version is then. */
async function moveBehind(
  transaction: Transaction,
  bucket: BucketRow,
  key: string,
  newest: ObjectRow,
  version: PlacedVersion,
  nullOrder: VersionOrder | undefined,
): Promise<VersionOrder | undefined> {
  transaction.remove(current, bucket.id, key)
  const isNull = isNullVersion(newest)
  if (isNull && isNullVersion(version)) {
    await letGoOfCurrent(transaction, bucket.id, newest)
    return nullOrder
  }
  const place = orderOf(newest)
  countMovedBehind(transaction, bucket.id)
  const moved = { ...newest, order: place, isNull: isNull || undefined }
  transaction.put(versions, [bucket.id, key, place], moved)
  return isNull ? place : nullOrder
}
