import type { BucketRow, ListedObjectRow } from '../../../metadata/tables/rows.ts'
import { current, uploads } from '../../../metadata/tables/tables.ts'
import type { SharedMembers } from '../../../model/packed-object.ts'
import type { CommonPrefix, ListedObject, Owner } from '../../../model/types.gen.ts'
import { lastModified, listedChecksum, quoted } from '../../shared/object/describe.ts'
import { ownersOf } from '../../shared/grants/canonical-ids.ts'
import type { S3Service } from '../../shared/service/service.ts'
import type { DescribeRestore } from '../../shared/storage-tiers/archived.ts'
import { listingEncoder, plainBytes } from '../../shared/pages/listing-page.ts'
import type { KeyTable } from '../../shared/pages/key-cursor.ts'
import { type PackedRow, RowObject, type ShownKeys } from './row-object.ts'
import {
  isEntry,
  isPrefix,
  type ListedEntry,
  passedPrefix,
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
  readonly encodingType: 'url' | undefined
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
  const passed = bucket.directory && delimiter !== undefined ? new PassedUploads() : undefined
  const tables = passed ? [current.brief, UNSHOWN_UPLOADS] : [current.brief]
  const after = shortMarker(request.after ?? '')
  const sources = tables.map((table) => ({
    table,
    start: startAfter(table, bucket.id, after, prefix, delimiter),
  }))
  // One more than asked for tells whether there is more.
  const walk = { prefix, delimiter, limit: limit + 1, endsBehind: passed?.endsBehind }
  const found = await walkKeys<ListedObjectRow>(service.stores.metadata, bucket.id, sources, walk)
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  const encode = listingEncoder(request.encodingType)
  const owner = request.withOwner ? ownersOf(service.accounts, bucket) : undefined
  const describer = new EntryDescriber(request, owner)
  return {
    Contents: shown.filter(isEntry).map((entry) => describer.describe(entry)),
    CommonPrefixes: shown.filter(isPrefix).map(({ prefix }) => ({ Prefix: encode(prefix) })),
    isTruncated: found.length > limit || passed?.endedBehind !== undefined,
    last: passed?.endedBehind ?? (last && (last.kind === 'entry' ? last.key : last.prefix)),
  }
}

/** A page ends behind so many uploads in no directory; nothing in the store leads past them. */
const MOST_PASSED_UPLOADS = 50_000

/**
 * The open uploads of a directory bucket, which show as common prefixes alone. Source: S3 API Reference, ListObjectsV2,
 * `CommonPrefixes`.
 */
const UNSHOWN_UPLOADS: KeyTable<undefined> = { ...uploads, decode: () => undefined }

/** How many of them a page has passed. */
class PassedUploads {
  /** The last one's key, where the page ends there. */
  endedBehind: string | undefined
  #count = 0

  readonly endsBehind = (key: string): boolean => {
    if (++this.#count < MOST_PASSED_UPLOADS) return false
    this.endedBehind = key
    return true
  }
}

/** Behind a key, or behind all that the common prefix stands for which it is in. */
function startAfter(
  table: KeyTable,
  bucketId: string,
  after: string,
  prefix: string,
  delimiter: string | undefined,
): Uint8Array | undefined {
  if (after === '') return undefined
  const passed = passedPrefix(after, prefix, delimiter)
  if (passed !== undefined) return table.stringRange([bucketId], passed).end
  return table.range(bucketId, after).end
}

/** Describes the entries of a page one after the other. */
class EntryDescriber {
  readonly #describeRestore: DescribeRestore | undefined
  readonly #owner: ((accountId: string) => Owner) | undefined
  readonly #keys: ShownKeys
  #last: ListedObjectRow | undefined
  #shared: SharedMembers = {}

  constructor(
    { encodingType, describeRestore }: ListRequest,
    owner: ((accountId: string) => Owner) | undefined,
  ) {
    this.#describeRestore = describeRestore
    this.#owner = owner
    this.#keys = { encode: listingEncoder(encodingType), isPlain: plainBytes(encodingType) }
  }

  describe(entry: ListedEntry<ListedObjectRow>): ListedObject {
    const { row } = entry
    const shared = this.#sharedOf(row)
    if (isPacked(entry)) return new RowObject(entry, shared, this.#keys)
    const [Key, LastModified] = [this.#keys.encode(entry.key), lastModified(row)]
    return { Key, LastModified, ETag: quoted(row.etag), Size: row.sizeBytes, ...shared }
  }

  /** The same object as for the entry before, where it tells the same. */
  #sharedOf(row: ListedObjectRow): SharedMembers {
    const last = this.#last
    this.#last = row
    const isSame =
      last &&
      last.storageClass === row.storageClass &&
      last.checksum === row.checksum &&
      last.ownerAccountId === row.ownerAccountId &&
      last.restore === row.restore
    if (!isSame) this.#shared = this.#describeShared(row)
    return this.#shared
  }

  #describeShared(row: ListedObjectRow): SharedMembers {
    return {
      ...listedChecksum(row),
      StorageClass: row.storageClass ?? 'STANDARD',
      RestoreStatus: this.#describeRestore?.(row),
      Owner: this.#owner?.(row.ownerAccountId),
    }
  }
}

function isPacked(entry: ListedEntry<ListedObjectRow>): entry is ListedEntry<PackedRow> {
  return entry.row.appendEtag !== undefined
}
