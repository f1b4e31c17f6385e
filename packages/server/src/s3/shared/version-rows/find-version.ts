import { type Soon, soon } from '../../../base/soon.ts'
import { RowCache } from '../../../metadata/row-cache.ts'
import type {
  BucketRow,
  DeleteMarkerRow,
  ObjectRow,
  VersionOrder,
  VersionRow,
} from '../../../metadata/tables/rows.ts'
import { current, versionHeads, versionIds, versions } from '../../../metadata/tables/tables.ts'
import { readRow, type Transaction } from '../../../metadata/transaction.ts'
import { readIfReadable } from '../../../metadata/unreadable-rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { Stores } from '../content/stores.ts'
import { lastModified } from '../object/describe.ts'
import { isNullVersion, isObject, timeOfOrder, versionIdOf } from '../object/version-order.ts'
import { foreignPlace, placeOfId, type ReadVersionId } from './place-of-version.ts'

const currentRows = new RowCache(current)

/**
 * The object a request means: the newest version, or the one it names. Throws NoSuchKey, NoSuchVersion, or, where a
 * delete marker is meant, what S3 answers for one: 404 when it is the newest version, 405 when it was named.
 */
export function findObject(
  stores: Pick<Stores, 'metadata'>,
  bucket: BucketRow,
  key: string,
  versionId: string | undefined,
  absent = noSuchKey,
): Soon<ObjectRow> {
  if (versionId !== undefined) return findNamedObject(stores, bucket, key, versionId)
  const found = currentRows.read(stores.metadata, bucket.id, key)
  return soon(found, (row) => row ?? absent(stores, bucket, key))
}

/**
 * As {@link findObject}, for the reading of tags: a delete marker is 405 as the newest version too. It is documented nowhere, and S3
 * was seen to answer so (localstack/localstack#11180).
 */
export function findTaggedObject(
  stores: Pick<Stores, 'metadata'>,
  bucket: BucketRow,
  key: string,
  versionId: string | undefined,
): Soon<ObjectRow> {
  return findObject(stores, bucket, key, versionId, async () => {
    throw await errorOfAbsent(readingNow(stores), bucket, key)
  })
}

/** What is answered for a key that has no object where a delete marker on top is told of: 405 for that, else NoSuchKey. */
export async function errorOfAbsent(read: ReadRow, bucket: BucketRow, key: string): Promise<S3Error> {
  const marker = await newestMarker(read, bucket, key)
  return marker ? deleteMarkerError(marker) : new S3Error('NoSuchKey', { Key: key })
}

async function findNamedObject(
  stores: Pick<Stores, 'metadata'>,
  bucket: BucketRow,
  key: string,
  versionId: string,
): Promise<ObjectRow> {
  const row = await findVersion(stores, bucket, key, versionId)
  if (!row) throw new S3Error('NoSuchVersion', { Key: key, VersionId: versionId })
  if (isObject(row)) return row
  throw deleteMarkerError(row)
}

/** As {@link findObject}, for the source of a copy: naming a delete marker is a mistake in the request there. */
export async function findSourceObject(
  stores: Pick<Stores, 'metadata'>,
  bucket: BucketRow,
  key: string,
  versionId: string | undefined,
): Promise<ObjectRow> {
  try {
    return await findObject(stores, bucket, key, versionId)
  } catch (error) {
    if (!(error instanceof S3Error) || error.code !== 'MethodNotAllowed') throw error
    // Source: S3 API Reference, CopyObject, `x-amz-copy-source`.
    const message =
      'The source of a copy request may not specifically refer to a delete marker by version id.'
    throw new S3Error('InvalidRequest', {}, { message, cause: error })
  }
}

/** What S3 answers where a request names a delete marker. */
export function deleteMarkerError(row: DeleteMarkerRow): S3Error {
  return new S3Error(
    'MethodNotAllowed',
    { ResourceType: 'DeleteMarker' },
    {
      headers: {
        Allow: 'DELETE',
        'x-amz-delete-marker': 'true',
        'x-amz-version-id': versionIdOf(row),
        'Last-Modified': lastModified(row).toUTCString(),
      },
    },
  )
}

async function noSuchKey(stores: Pick<Stores, 'metadata'>, bucket: BucketRow, key: string): Promise<never> {
  const marker = await newestMarker(readingNow(stores), bucket, key)
  const headers: Record<string, string> = marker
    ? { 'x-amz-delete-marker': 'true', 'x-amz-version-id': versionIdOf(marker) }
    : {}
  throw new S3Error('NoSuchKey', { Key: key }, { headers })
}

/** Reads a row as a transaction sees it, or as it is now. */
type ReadRow = Transaction['get']

function readingNow({ metadata }: Pick<Stores, 'metadata'>): ReadRow {
  return (table, ...key) => readRow(metadata, table, ...key)
}

/** What is the newest version of a key that has no object. */
async function newestMarker(
  read: ReadRow,
  bucket: BucketRow,
  key: string,
): Promise<DeleteMarkerRow | undefined> {
  const head = bucket.versioning && (await read(versionHeads, bucket.id, key))
  const latest = head && (await read(versions, bucket.id, key, head.latestOrder))
  return latest && !isObject(latest) ? latest : undefined
}

/** When the newest version of a key was made, an object or a delete marker; undefined where there is none, or no versioning. */
export async function timeOfNewest(
  { metadata }: Pick<Stores, 'metadata'>,
  bucket: BucketRow,
  key: string,
): Promise<number | undefined> {
  if (bucket.versioning !== 'Enabled') return undefined
  const head = await readIfReadable(metadata, versionHeads, bucket.id, key)
  if (head) return timeOfOrder(head.latestOrder)
  return (await readIfReadable(metadata, current, bucket.id, key))?.modifiedMilliseconds
}

/** Any version by its id, in one consistent look at both tables: a version may just be moving between them. */
export async function findVersion(
  stores: Pick<Stores, 'metadata'>,
  bucket: BucketRow,
  key: string,
  versionId: string,
): Promise<VersionRow | undefined> {
  if (versionId === 'null') return findNullVersion(stores, bucket, key)
  const readId: ReadVersionId = (...parts) => readRow(stores.metadata, versionIds, ...parts)
  const place = await placeOfId(readId, bucket.id, key, versionId)
  const found = await versionAt(stores, bucket, key, place, versionId)
  if (found || place !== versionId) return found
  const other = await foreignPlace(readId, bucket.id, key, versionId)
  return other === place ? undefined : versionAt(stores, bucket, key, other, versionId)
}

async function versionAt(
  stores: Pick<Stores, 'metadata'>,
  bucket: BucketRow,
  key: string,
  place: VersionOrder,
  versionId: string,
): Promise<VersionRow | undefined> {
  const keys = [current.key(bucket.id, key), versions.key(bucket.id, key, place)]
  const [newest, other] = await stores.metadata.getMany(keys)
  const found = other && versions.decode(other)
  // The null version has a place too, but no id of its own, and one from elsewhere has another id than its place.
  if (found && versionIdOf(found) === versionId) return found
  const row = newest && current.decode(newest)
  return row && versionIdOf(row) === versionId ? row : undefined
}

async function findNullVersion(
  stores: Pick<Stores, 'metadata'>,
  bucket: BucketRow,
  key: string,
): Promise<VersionRow | undefined> {
  for (;;) {
    const keys = [current.key(bucket.id, key), versionHeads.key(bucket.id, key)]
    const [newest, head] = await stores.metadata.getMany(keys)
    const order = head && versionHeads.decode(head).nullOrder
    if (order === undefined) {
      const row = newest && current.decode(newest)
      return row && isNullVersion(row) ? row : undefined
    }
    const found = await readRow(stores.metadata, versions, bucket.id, key, order)
    // Gone: it was replaced or became the newest since the head was read.
    if (found) return found
  }
}
