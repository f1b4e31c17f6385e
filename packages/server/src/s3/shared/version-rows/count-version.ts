import { type Soon, soon } from '../../../base/soon.ts'
import type { ObjectRow, VersionRow } from '../../../metadata/tables/rows.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { unlinkObject } from '../content/unlink-object.ts'
import { isObject } from '../object/version-order.ts'

// What a bucket holds is the sum of what its rows in `current` and `versions` hold: whoever puts or removes one says so here.

/** `sign` is -1 where it is removed. */
export function countCurrent(
  transaction: Pick<Transaction, 'usageOf'>,
  bucketId: string,
  { sizeBytes }: { readonly sizeBytes: number },
  sign: 1 | -1 = 1,
): void {
  const usage = transaction.usageOf(bucketId)
  usage.objects += sign
  usage.versions += sign
  usage.bytes += sign * sizeBytes
}

/** Lets go of all that the newest version has, whose row this transaction removes or replaces. */
export function letGoOfCurrent(transaction: Transaction, bucketId: string, row: ObjectRow): Soon<void> {
  return soon(unlinkObject(transaction, bucketId, row), () => countCurrent(transaction, bucketId, row, -1))
}

/** The newest version goes behind a newer one, or, with -1, is the newest again. */
export function countMovedBehind(transaction: Transaction, bucketId: string, sign: 1 | -1 = 1): void {
  transaction.usageOf(bucketId).objects -= sign
}

export function countOlder(
  transaction: Pick<Transaction, 'usageOf'>,
  bucketId: string,
  row: VersionRow,
  sign: 1 | -1 = 1,
): void {
  const usage = transaction.usageOf(bucketId)
  if (!isObject(row)) {
    usage.deleteMarkers += sign
    return
  }
  usage.versions += sign
  usage.bytes += sign * row.sizeBytes
}
