import type { BucketRow, ObjectRow } from '../metadata/tables/rows.ts'
import { current } from '../metadata/tables/tables.ts'
import { readRow } from '../metadata/transaction.ts'
import { S3Error } from '../model/s3-error.ts'
import type { Stores } from './content/stores.ts'

/** The object as it is now; NoSuchKey, or NoSuchVersion where a version was named, if there is none. */
export async function findObject(
  stores: Stores,
  bucket: BucketRow,
  key: string,
  versionId: string | undefined,
): Promise<ObjectRow> {
  assertVersion(key, versionId)
  const row = await readRow(stores.metadata, current, bucket.id, key)
  if (row) return row
  if (versionId !== undefined) throw new S3Error('NoSuchVersion', { Key: key, VersionId: versionId })
  throw new S3Error('NoSuchKey', { Key: key })
}

/** Buckets have no versioning yet, so that every object is the null version. */
export function assertVersion(key: string, versionId: string | undefined): void {
  if (versionId === undefined || versionId === 'null') return
  throw new S3Error('NoSuchVersion', { Key: key, VersionId: versionId })
}
