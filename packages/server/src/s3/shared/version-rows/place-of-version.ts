import { type Soon, soon } from '../../../base/soon.ts'
import type { VersionHeadRow, VersionIdentity, VersionOrder } from '../../../metadata/tables/rows.ts'
import { versionIds, versions } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { invalidVersionId, isNullVersion, isOrder } from '../object/version-order.ts'

/** Reads a row of `versionIds`, in a transaction or without. */
export type ReadVersionId = (
  bucketId: string,
  key: string,
  versionId: string,
) => Soon<{ readonly order: VersionOrder } | undefined>

/**
 * Where the version of that id stands among those of its key, if there is one. Ids that this store made are places; one that
 * was brought from elsewhere has a row. Throws InvalidArgument for any other, which names the parameter.
 */
export function placeOfId(
  read: ReadVersionId,
  bucketId: string,
  key: string,
  versionId: string,
  parameter?: string,
): Soon<VersionOrder> {
  if (isOrder(versionId)) return versionId
  // Longer ones are not brought.
  const reading = versionId.length > LONGEST_FOREIGN_ID ? undefined : read(bucketId, key, versionId)
  return soon(reading, (row) => {
    if (row) return row.order
    throw invalidVersionId(versionId, parameter)
  })
}

/** What still fits into a key of the store behind the longest key of S3. */
export const LONGEST_FOREIGN_ID = 256

/** The same in a transaction, for any version: the null version stands where the head of its key says, unless it is the newest. */
export function placeOfVersion(
  transaction: Transaction,
  head: VersionHeadRow | undefined,
  bucketId: string,
  key: string,
  versionId: string,
): Soon<VersionOrder | undefined> {
  if (versionId === 'null') return head?.nullOrder
  const read: ReadVersionId = (...parts) => transaction.get(versionIds, ...parts)
  if (!isOrder(versionId) || head?.latestOrder === versionId) return placeOfId(read, bucketId, key, versionId)
  return soon(transaction.get(versions, bucketId, key, versionId), (row) =>
    row ? versionId : foreignPlace(read, bucketId, key, versionId),
  )
}

/** Where an id that looks like one of this store, and is none of its places, may stand: another store may have made it. */
export function foreignPlace(
  read: ReadVersionId,
  bucketId: string,
  key: string,
  versionId: string,
): Soon<VersionOrder> {
  return soon(read(bucketId, key, versionId), (row) => row?.order ?? versionId)
}

/** Forgets the id of a version that goes for good, where it had one of its own. */
export function forgetVersionId(
  transaction: Transaction,
  bucketId: string,
  key: string,
  row: VersionIdentity,
): void {
  const { versionId } = row
  if (versionId !== undefined && !isNullVersion(row)) transaction.remove(versionIds, bucketId, key, versionId)
}
