import type { BucketRow, VersionOrder, VersionRow } from '../../../metadata/tables/rows.ts'
import { current, versions } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import type { Stores } from '../content/stores.ts'
import { isObject } from '../object/version-order.ts'

/** A version by its place, as a transaction sees it. */
export async function versionAt(
  transaction: Transaction,
  bucketId: string,
  key: string,
  order: VersionOrder,
): Promise<VersionRow | undefined> {
  const older = await transaction.get(versions, bucketId, key, order)
  if (older) return older
  const newest = await transaction.get(current, bucketId, key)
  return newest?.order === order ? newest : undefined
}

/** The same as it is now. */
export async function readVersionAt(
  { metadata }: Pick<Stores, 'metadata'>,
  bucketId: string,
  key: string,
  order: VersionOrder,
): Promise<VersionRow | undefined> {
  // At once: it may just be moving from one to the other.
  const keys = [versions.key(bucketId, key, order), current.key(bucketId, key)]
  const [older, newest] = await metadata.getMany(keys)
  if (older) return versions.decode(older)
  const row = newest && current.decode(newest)
  return row?.order === order ? row : undefined
}

/** Writes a version that is there, wherever it stands. */
export async function putVersionRow(
  transaction: Transaction,
  bucket: BucketRow,
  key: string,
  row: VersionRow & { readonly order?: VersionOrder | undefined },
): Promise<void> {
  const newest = isObject(row) ? await transaction.get(current, bucket.id, key) : undefined
  if (isObject(row) && newest?.order === row.order) transaction.put(current, [bucket.id, key], row)
  else transaction.put(versions, [bucket.id, key, row.order ?? ''], row)
}
