import type { Random } from '../../../base/random.ts'
import type { BucketRow, VersionIdentity, VersionOrder } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'

const ORDER = /^[0-9a-f]{32}$/
const LARGEST_TIME = 2n ** 48n - 1n

/**
 * The order of a new version: the time counted backwards, so that newer ones sort first, then room for more in the same
 * millisecond, then chance. Always before `latest`, even when the clock was set back.
 */
export function nextOrder(now: Date, random: Random, latest: VersionOrder | undefined): VersionOrder {
  const byTime = (LARGEST_TIME - BigInt(now.getTime())) * 65536n + 65535n
  const beforeLatest = latest === undefined ? byTime : BigInt(`0x${latest.slice(0, 16)}`) - 1n
  const place = byTime < beforeLatest ? byTime : beforeLatest
  return place.toString(16).padStart(16, '0') + random.bytes(8).toString('hex')
}

/** Where a version stands among those of its key. One written before versioning is older than all others. */
export function orderOf(row: VersionIdentity & { readonly modifiedMilliseconds: number }): VersionOrder {
  if (row.order !== undefined) return row.order
  return (
    ((LARGEST_TIME - BigInt(row.modifiedMilliseconds)) * 65536n + 65535n).toString(16).padStart(16, '0') +
    'f'.repeat(16)
  )
}

/** When the version of an order was made; of what was uploaded in parts, when that was begun. */
export function timeOfOrder(order: VersionOrder): number {
  return Number(LARGEST_TIME - (BigInt(`0x${order.slice(0, 16)}`) >> 16n))
}

export function isNullVersion(row: VersionIdentity): boolean {
  return row.isNull === true || row.order === undefined
}

/** The id clients know a version by. */
export function versionIdOf(row: VersionIdentity): string {
  return isNullVersion(row) ? 'null' : (row.versionId ?? row.order ?? 'null')
}

/** The id as answers carry it, but for those to uploads: none where the bucket never had versioning. */
export function shownVersionId(bucket: BucketRow, row: VersionIdentity): { VersionId?: string } {
  return bucket.versioning === undefined ? {} : { VersionId: versionIdOf(row) }
}

/**
 * The id as answers to uploads carry it: that of a null version is not told. Source: S3 API Reference, PutObject, the samples
 * "Versioning suspended" and "Versioning enabled"; as seen on S3 of every other upload (ministackorg/ministack#1436).
 */
export function createdVersionId(bucket: BucketRow, row: VersionIdentity): { VersionId?: string } {
  return bucket.versioning === 'Enabled' ? { VersionId: versionIdOf(row) } : {}
}

/** Whether an id is one that this store makes, which is the order of its version. */
export function isOrder(versionId: string): boolean {
  return ORDER.test(versionId)
}

/** The answer to an id that no version can have, in the parameter of that name. */
export function invalidVersionId(versionId: string, parameter = 'versionId'): S3Error {
  const fields = { ArgumentName: parameter, ArgumentValue: versionId }
  return new S3Error('InvalidArgument', fields, { message: 'Invalid version id specified' })
}

/** Whether a row of the versions table is an object. */
export function isObject<Row extends object>(
  row: Row,
): row is Exclude<Row, { readonly isDeleteMarker: true }> {
  return !('isDeleteMarker' in row && row.isDeleteMarker === true)
}
