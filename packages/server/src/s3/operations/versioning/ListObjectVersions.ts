import { justAfter } from '../../../metadata/just-after.ts'
import type { BucketRow, ListedVersionRow } from '../../../metadata/tables/rows.ts'
import { current, versionHeads, versionIds, versions } from '../../../metadata/tables/tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { readIfReadable } from '../../../metadata/unreadable-rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { Owner, VersionOrDeleteMarker } from '../../../model/types.gen.ts'
import { lastModified, listedChecksum, quoted } from '../../shared/object/describe.ts'
import { listingEncoder, pageSize } from '../../shared/pages/listing-page.ts'
import { ownersOf } from '../../shared/grants/canonical-ids.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { type DescribeRestore, restoreDescriber } from '../../shared/storage-tiers/archived.ts'
import { placeOfId } from '../../shared/version-rows/place-of-version.ts'
import { isNullVersion, isObject, orderOf, versionIdOf } from '../../shared/object/version-order.ts'
import {
  isEntry,
  isPrefix,
  type Listed,
  type ListedEntry,
  passedPrefix,
  shortMarker,
  walkKeys,
  type WalkSource,
} from '../../shared/pages/walk-keys.ts'

export const ListObjectVersions = defineOperation('ListObjectVersions', {
  access: { action: 's3:ListBucketVersions', on: 'bucket', acl: { on: 'bucket', grant: 'READ' } },
  async handle(input, context) {
    const { service } = context
    const bucket = bucketOf(context)
    const { Prefix = '', KeyMarker = '', VersionIdMarker = '', EncodingType } = input
    const marker = { key: shortMarker(KeyMarker), versionId: VersionIdMarker }
    const delimiter = input.Delimiter === '' ? undefined : input.Delimiter
    const encode = listingEncoder(EncodingType)
    const limit = pageSize('max-keys', input.MaxKeys)
    const { sources, latestOrder } = await startBehind(service, bucket, marker, Prefix, delimiter)
    const walk = { prefix: Prefix, delimiter, limit: limit + 1 }
    const found = limit === 0 ? [] : await walkKeys(service.stores.metadata, bucket.id, sources, walk)
    const shown = found.slice(0, limit)
    const isTruncated = found.length > limit
    const rows = shown.filter(isEntry).map((entry) => versionOf(entry, marker.key, latestOrder))
    const describing = {
      owner: ownersOf(service.accounts, bucket),
      encode,
      describeRestore: restoreDescriber(service, input.OptionalObjectAttributes),
    }
    return {
      Name: input.Bucket,
      Prefix: encode(Prefix),
      KeyMarker: encode(KeyMarker),
      VersionIdMarker,
      MaxKeys: limit,
      ...(delimiter !== undefined && { Delimiter: encode(delimiter) }),
      ...(EncodingType && { EncodingType }),
      IsTruncated: isTruncated,
      ...(isTruncated && nextMarkers(shown.at(-1), encode)),
      Versions: rows.map((version) => describe(version, describing)),
      CommonPrefixes: shown.filter(isPrefix).map(({ prefix }) => ({ Prefix: encode(prefix) })),
    }
  },
})

interface ShownVersion {
  readonly key: string
  readonly row: ListedVersionRow
  readonly isLatest: boolean
}

const NEWEST = 0

/** The first version of its key in the whole listing is the latest one; that of the marker's key its head knows. */
function versionOf(
  { source, key, row, isFirstOfKey }: ListedEntry<ListedVersionRow>,
  markerKey: string,
  latestOrder: string | undefined,
): ShownVersion {
  if (source === NEWEST) return { key, row, isLatest: true }
  return { key, row, isLatest: key === markerKey ? orderOf(row) === latestOrder : isFirstOfKey }
}

interface Start {
  readonly sources: readonly WalkSource<ListedVersionRow>[]
  /** The latest version of the marker's key. */
  readonly latestOrder?: string | undefined
}

interface Marker {
  readonly key: string
  /** Empty: behind all versions of the key. */
  readonly versionId: string
}

/** Where to go on behind a key, a version of it, or the common prefix that the key is in. */
async function startBehind(
  service: S3Service,
  bucket: BucketRow,
  marker: Marker,
  prefix: string,
  delimiter: string | undefined,
): Promise<Start> {
  const { key, versionId } = marker
  if (key === '') {
    if (versionId === '') return from(undefined, undefined)
    const fields = { ArgumentName: 'version-id-marker', ArgumentValue: versionId }
    throw new S3Error('InvalidArgument', fields, {
      message: 'A version-id marker cannot be specified without a key marker.',
    })
  }
  const passed = passedPrefix(key, prefix, delimiter)
  if (passed !== undefined)
    return from(current.stringRange([bucket.id], passed).end, versions.stringRange([bucket.id], passed).end)
  const behindNewest = justAfter(current.key(bucket.id, key))
  if (versionId === '') return from(behindNewest, versions.range(bucket.id, key).end)
  return startBehindVersion(service, bucket, marker)
}

/**
 * Behind one version of a key. It may have been deleted since it was shown, and the one behind it become the newest:
 * who empties a bucket page by page must see that one, too.
 */
async function startBehindVersion(
  { stores }: S3Service,
  bucket: BucketRow,
  { key, versionId }: Marker,
): Promise<Start> {
  // What cannot be read is told where the listing comes to it.
  const newest = await readIfReadable(stores.metadata, current, bucket.id, key)
  const head = await readIfReadable(stores.metadata, versionHeads, bucket.id, key)
  const nullOrder = newest && isNullVersion(newest) ? orderOf(newest) : head?.nullOrder
  // Of a null version that is gone nobody knows the place: then all versions of the key come again.
  const order =
    versionId === 'null'
      ? (nullOrder ?? '')
      : await placeOfId(
          (...parts) => readRow(stores.metadata, versionIds, ...parts),
          bucket.id,
          key,
          versionId,
          'version-id-marker',
        )
  const isNewestShown = newest !== undefined && orderOf(newest) <= order
  const newestKey = current.key(bucket.id, key)
  return {
    ...from(isNewestShown ? justAfter(newestKey) : newestKey, justAfter(versions.key(bucket.id, key, order))),
    latestOrder: head?.latestOrder,
  }
}

function from(newest: Uint8Array | undefined, others: Uint8Array | undefined): Start {
  return {
    sources: [
      { table: current.brief, start: newest },
      { table: versions.brief, start: others },
    ],
  }
}

function nextMarkers(last: Listed<ListedVersionRow> | undefined, encode: (text: string) => string): object {
  if (!last) return {}
  if (last.kind === 'prefix') return { NextKeyMarker: encode(last.prefix) }
  return { NextKeyMarker: encode(last.key), NextVersionIdMarker: markerOf(last.row) }
}

/** The place of a version is known when it is gone, which that of an id from elsewhere is not. */
function markerOf(row: ListedVersionRow): string {
  return isNullVersion(row) ? 'null' : orderOf(row)
}

/** How the versions of a page are told of. */
interface Describing {
  readonly owner: (accountId: string) => Owner
  readonly encode: (text: string) => string
  readonly describeRestore: DescribeRestore | undefined
}

function describe(
  { key, row, isLatest }: ShownVersion,
  { owner, encode, describeRestore }: Describing,
): VersionOrDeleteMarker {
  const common = {
    Key: encode(key),
    VersionId: versionIdOf(row),
    IsLatest: isLatest,
    LastModified: lastModified(row),
    Owner: owner(row.ownerAccountId),
  }
  if (!isObject(row)) return { DeleteMarker: common }
  return {
    Version: {
      ...common,
      ETag: quoted(row.etag),
      ...listedChecksum(row),
      Size: row.sizeBytes,
      StorageClass: row.storageClass ?? 'STANDARD',
      RestoreStatus: describeRestore?.(row),
    },
  }
}
