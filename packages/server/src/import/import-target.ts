import type { Account } from '../access/accounts.ts'
import type { BucketSettingName } from '../config/bucket-settings.ts'
import type { BucketRow, VersionOrder, VersionRow } from '../metadata/tables/rows.ts'
import { current, versionHeads, versions } from '../metadata/tables/tables.ts'
import { readRow } from '../metadata/transaction.ts'
import { readableRows } from '../metadata/unreadable-rows.ts'
import { isObject, orderOf, versionIdOf } from '../s3/shared/object/version-order.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import type { S3Source, Setting } from './s3-source.ts'
import type { SourceVersion } from './source-listing.ts'

/** One bucket that is brought, from where and where to. */
export interface ImportJob {
  readonly source: S3Source
  /** Its name at the source. */
  readonly from: string
  readonly service: S3Service
  /** Owns the bucket, and all that is in it. */
  readonly owner: Account
  /** Its name here. */
  readonly to: string
  readonly bucket: BucketRow
  /** Whether objects have ACLs of their own at the source. */
  readonly hasAcls: boolean
  /** A setting of the bucket as the source has it. */
  readonly settingOf: (name: BucketSettingName) => Promise<Setting>
  /** By which id of the source an account is known here. */
  readonly canonicalIdOf: (sourceId: string) => string | undefined
  /** Passes the bytes of bodies on, as fast as they may come. */
  readonly throttle: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>
  readonly tell: (version: SourceVersion, problem: string) => void
}

/** A version that is at the target, as far as it matters for what is brought. */
export interface VersionThere {
  readonly order: VersionOrder
  isSame(version: SourceVersion): boolean
}

/** The versions of a key that are here already, by their ids. */
export async function versionsThere(
  { service, bucket }: Pick<ImportJob, 'service' | 'bucket'>,
  key: string,
): Promise<Map<string, VersionThere>> {
  const { metadata } = service.stores
  const newest = await readRow(metadata, current, bucket.id, key)
  const head = bucket.versioning && (await readRow(metadata, versionHeads, bucket.id, key))
  const found = new Map<string, VersionThere>()
  if (newest) found.set(versionIdOf(newest), thereAs(newest))
  if (!head) return found
  for await (const { row } of readableRows(metadata, versions, versions.range(bucket.id, key))) {
    found.set(versionIdOf(row), thereAs(row))
  }
  return found
}

function thereAs(row: VersionRow): VersionThere {
  const { modifiedMilliseconds } = row
  const known = isObject(row) ? { etag: row.etag, sizeBytes: row.sizeBytes } : { etag: '', sizeBytes: 0 }
  const isMarker = !isObject(row)
  return {
    order: orderOf(row),
    // Under an id of its own a version is what it is for good; the null version may have been replaced.
    isSame: (version) =>
      version.isDeleteMarker === isMarker &&
      (version.versionId !== 'null' ||
        (version.etag === known.etag &&
          version.sizeBytes === known.sizeBytes &&
          version.modifiedMilliseconds === modifiedMilliseconds)),
  }
}
