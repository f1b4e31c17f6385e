import type { BucketRow, ListedObjectRow } from '../../../metadata/tables/rows.ts'
import { current } from '../../../metadata/tables/tables.ts'
import type { CommonPrefix, ListedObject, Owner } from '../../../model/types.gen.ts'
import { lastModified, listedChecksum, quoted } from '../../shared/object/describe.ts'
import { ownersOf } from '../../shared/grants/canonical-ids.ts'
import type { S3Service } from '../../shared/service/service.ts'
import type { DescribeRestore } from '../../shared/storage-tiers/archived.ts'
import {
  commonPrefix,
  isEntry,
  isPrefix,
  justAfter,
  type ListedEntry,
  shortMarker,
  walkKeys,
} from '../../shared/pages/walk-keys.ts'

export interface ListRequest {
  readonly prefix: string
  /** An empty delimiter is none. */
  readonly delimiter: string | undefined
  /** The last thing shown before, or the key a client wants to start after. */
  readonly after: string | undefined
  readonly limit: number
  readonly withOwner: boolean
  readonly encode: (text: string) => string
  /** Absent where the client does not ask for it. */
  readonly describeRestore: DescribeRestore | undefined
}

export interface ListPage {
  readonly Contents: readonly ListedObject[]
  readonly CommonPrefixes: readonly CommonPrefix[]
  readonly isTruncated: boolean
  /** The last key or common prefix of this page. */
  readonly last: string | undefined
}

/** One page of a bucket's keys: what both versions of ListObjects answer. */
export async function listObjects(
  service: S3Service,
  bucket: BucketRow,
  request: ListRequest,
): Promise<ListPage> {
  const { limit, prefix } = request
  if (limit === 0) return { Contents: [], CommonPrefixes: [], isTruncated: false, last: undefined }
  const delimiter = request.delimiter === '' ? undefined : request.delimiter
  const start = startAfter(bucket, shortMarker(request.after ?? ''), prefix, delimiter)
  // One more than asked for tells whether there is more.
  const walk = { prefix, delimiter, limit: limit + 1 }
  const sources = [{ table: current.brief, start }]
  const found = await walkKeys(service.stores.metadata, bucket.id, sources, walk)
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  const owner = request.withOwner ? ownersOf(service.accounts) : undefined
  return {
    Contents: shown.filter(isEntry).map((entry) => describeEntry(entry, request, owner)),
    CommonPrefixes: shown.filter(isPrefix).map(({ prefix }) => ({ Prefix: request.encode(prefix) })),
    isTruncated: found.length > limit,
    last: last && (last.kind === 'entry' ? last.key : last.prefix),
  }
}

/** Behind a key, or behind all that a common prefix stands for when it was the last thing shown. */
function startAfter(
  bucket: BucketRow,
  after: string,
  prefix: string,
  delimiter: string | undefined,
): Uint8Array | undefined {
  if (after === '') return undefined
  const isCommonPrefix = delimiter !== undefined && commonPrefix(after, prefix, delimiter) === after
  if (isCommonPrefix && after.startsWith(prefix)) return current.stringRange([bucket.id], after).end
  return justAfter(current.key(bucket.id, after))
}

function describeEntry(
  { key, row }: ListedEntry<ListedObjectRow>,
  { encode, describeRestore }: ListRequest,
  owner: ((accountId: string) => Owner) | undefined,
): ListedObject {
  return {
    Key: encode(key),
    LastModified: lastModified(row),
    ETag: quoted(row.etag),
    ...listedChecksum(row),
    Size: row.sizeBytes,
    StorageClass: row.storageClass ?? 'STANDARD',
    RestoreStatus: describeRestore?.(row),
    Owner: owner?.(row.ownerAccountId),
  }
}
