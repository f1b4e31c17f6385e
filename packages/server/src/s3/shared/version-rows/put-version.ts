import type { Clock } from '../../../base/clock.ts'
import type { Random } from '../../../base/random.ts'
import { type Soon, soon } from '../../../base/soon.ts'
import type { BucketRow, ObjectRow, VersionHeadRow, VersionOrder } from '../../../metadata/tables/rows.ts'
import { current, versionHeads, versions } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { unlinkObject } from '../content/unlink-object.ts'
import { assertWritePreconditions, type WritePreconditions } from '../object/preconditions.ts'
import { isNullVersion, isObject, nextOrder, orderOf } from '../object/version-order.ts'
import { countCurrent, countMovedBehind, countOlder, letGoOfCurrent } from './count-version.ts'
import { forgetVersionId } from './place-of-version.ts'

/** What makes the places of versions. */
export interface VersionSource {
  readonly clock: Pick<Clock, 'now'>
  readonly random: Random
}

/** The versions of one key, as a transaction sees them. */
export interface KeyVersions {
  readonly newest: ObjectRow | undefined
  /** Only where the bucket has versioning. */
  readonly head: VersionHeadRow | undefined
}

/** Reads what every change of a key relies on. */
export function readVersions(transaction: Transaction, bucket: BucketRow, key: string): Soon<KeyVersions> {
  return soon(transaction.get(current, bucket.id, key), (newest) => {
    const reading = bucket.versioning && transaction.get(versionHeads, bucket.id, key)
    return soon(reading, (head) => ({ newest, head }))
  })
}

/** Where the newest stands, an object or a delete marker. */
export function latestOrderOf({ newest, head }: KeyVersions): VersionOrder | undefined {
  return head?.latestOrder ?? (newest && orderOf(newest))
}

/**
 * Makes `row` the newest version of its key and returns it as written. Without versioning, or with it suspended, it
 * replaces the null version; with it enabled the version that was newest stays.
 */
export function putVersion(
  transaction: Transaction,
  source: VersionSource,
  bucket: BucketRow,
  key: string,
  row: ObjectRow,
  conditions: WritePreconditions,
): Soon<ObjectRow> {
  return soon(readVersions(transaction, bucket, key), (known) => {
    assertWritePreconditions(conditions, known.newest, key)
    if (bucket.versioning !== undefined) return putBefore(transaction, source, bucket, key, row, known)
    return soon(known.newest && letGoOfCurrent(transaction, bucket.id, known.newest), () => {
      countCurrent(transaction, bucket.id, row)
      transaction.put(current, [bucket.id, key], row)
      return row
    })
  })
}

async function putBefore(
  transaction: Transaction,
  source: VersionSource,
  bucket: BucketRow,
  key: string,
  row: ObjectRow,
  known: KeyVersions,
): Promise<ObjectRow> {
  const placed = await makeRoom(transaction, source, bucket, key, known)
  const written: ObjectRow = {
    ...row,
    order: placed.order,
    isNull: bucket.versioning === 'Suspended' || undefined,
  }
  countCurrent(transaction, bucket.id, written)
  transaction.put(current, [bucket.id, key], written)
  transaction.put(versionHeads, [bucket.id, key], { latestOrder: placed.order, nullOrder: placed.nullOrder })
  return written
}

/**
 * Gets a key with versioning ready for a new newest version: the one in `current` moves behind it, and a null version
 * goes where the new one will be the null version. Writes neither `current` nor the head.
 */
export async function makeRoom(
  transaction: Transaction,
  { clock, random }: VersionSource,
  bucket: BucketRow,
  key: string,
  known: KeyVersions,
): Promise<{ order: string; nullOrder: string | undefined }> {
  const { newest, head } = known
  const order = nextOrder(clock.now(), random, latestOrderOf(known))
  let nullOrder = head?.nullOrder
  if (bucket.versioning === 'Suspended') {
    if (nullOrder !== undefined) await removeVersionRow(transaction, bucket, key, nullOrder)
    nullOrder = undefined
    if (newest && isNullVersion(newest)) {
      await letGoOfCurrent(transaction, bucket.id, newest)
      return { order, nullOrder }
    }
  }
  if (newest) {
    const place = orderOf(newest)
    countMovedBehind(transaction, bucket.id)
    transaction.put(versions, [bucket.id, key, place], {
      ...newest,
      order: place,
      isNull: isNullVersion(newest) || undefined,
    })
    if (isNullVersion(newest)) nullOrder = place
  }
  return { order, nullOrder }
}

/** Removes a row of the versions table with its content. */
export async function removeVersionRow(
  transaction: Transaction,
  bucket: BucketRow,
  key: string,
  order: string,
): Promise<void> {
  const row = await transaction.get(versions, bucket.id, key, order)
  if (row && isObject(row)) await unlinkObject(transaction, bucket.id, row)
  if (row) countOlder(transaction, bucket.id, row, -1)
  if (row) forgetVersionId(transaction, bucket.id, key, row)
  transaction.remove(versions, bucket.id, key, order)
}
