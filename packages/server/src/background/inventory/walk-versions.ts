import { justAfter } from '../../metadata/just-after.ts'
import type { BucketRow, VersionRow } from '../../metadata/tables/rows.ts'
import type { ReportCursorRow } from '../../metadata/tables/inventory-tables.ts'
import { current, versions } from '../../metadata/tables/tables.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { orderOf } from '../../s3/shared/object/version-order.ts'
import { newerBehind, placeBehind } from '../../s3/shared/bucket/noncurrent-versions.ts'
import { isEntry, walkKeys, type WalkSource } from '../../s3/shared/pages/walk-keys.ts'
import type { ReportedVersion } from './reported-version.ts'

/** Rows that are read at once: about half a millisecond's work. */
const ROWS_AT_ONCE = 100

export interface VersionWalk {
  readonly bucket: BucketRow
  readonly prefix: string
  /** Of delete markers too, and of versions that are not the newest. */
  readonly isOfAllVersions: boolean
}

/**
 * The next versions behind a cursor, in the order of a listing: none at the end. Each call sees the bucket at one moment, and no
 * version of a key that is newer than what was told of before.
 */
export async function nextVersions(
  { stores }: Pick<S3Service, 'stores'>,
  { bucket, prefix, isOfAllVersions }: VersionWalk,
  after: ReportCursorRow | undefined,
): Promise<readonly ReportedVersion[]> {
  const newest: WalkSource<VersionRow> = {
    table: current,
    start: after && justAfter(current.key(bucket.id, after.key)),
  }
  const others: WalkSource<VersionRow> = {
    table: versions,
    start: after && justAfter(versions.key(bucket.id, after.key, after.order)),
  }
  const sources = isOfAllVersions ? [newest, others] : [newest]
  const walk = { prefix, delimiter: undefined, limit: ROWS_AT_ONCE }
  const found = (await walkKeys(stores.metadata, bucket.id, sources, walk)).filter(isEntry)
  const placed: ReportedVersion[] = []
  let before = after
  for (const { key, row } of found) {
    const version = { key, row, ...placeBehind(before?.key === key ? before : undefined, row) }
    placed.push(version)
    before = cursorOf(version)
  }
  return placed
}

/** Delete markers are not counted: what stands behind one counts as if it stood in its place. */
export function cursorOf({ key, row, newerNoncurrent }: ReportedVersion): ReportCursorRow {
  const { isDeleteMarker, modifiedMilliseconds } = row
  const counted = newerBehind({ newerNoncurrent, isDeleteMarker }) - 1
  return { key, order: orderOf(row), modifiedMilliseconds, newerNoncurrent: counted }
}
