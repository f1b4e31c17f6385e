import { justAfter } from '../../../metadata/just-after.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { ownedBuckets } from '../../../metadata/tables/tables.ts'
import { readable } from '../../../metadata/unreadable-rows.ts'
import { isDirectoryBucketName } from '../../../model/directory-bucket-name.ts'
import type { Bucket } from '../../../model/types.gen.ts'
import { shortMarker } from '../pages/walk-keys.ts'

const MOST_NAME_CHARACTERS = 63

/** Which buckets of an account. */
interface Scope {
  readonly accountId: string
  readonly prefix: string
  /** The last bucket of the page before. */
  readonly after: string
  readonly region: string | undefined
  readonly kind: 'general purpose' | 'directory'
}

/** The first of them, by name. Source: S3 API Reference: ListBuckets lists the ones, ListDirectoryBuckets the others. */
export async function ownedBucketPage(
  metadata: OrderedStore,
  { accountId, prefix, after, region, kind }: Scope,
  limit: number,
): Promise<Bucket[]> {
  const found: Bucket[] = []
  if (prefix.length > MOST_NAME_CHARACTERS) return found
  const range = ownedBuckets.stringRange([accountId], prefix)
  // No bucket name holds a NUL, so this is the next possible one.
  const behind = ownedBuckets.key(accountId, `${shortMarker(after)}\u0000`)
  let start: Uint8Array = Buffer.compare(behind, range.start) > 0 ? behind : range.start
  while (found.length < limit && Buffer.compare(start, range.end) < 0) {
    const entries = await metadata.scan({ start, end: range.end, limit: limit - found.length })
    for (const entry of entries) {
      const owned = readable(metadata, ownedBuckets, entry)
      if (!owned) continue
      const { row, parts } = owned
      if (isDirectoryBucketName(parts[1]) !== (kind === 'directory')) continue
      if (region !== undefined && region !== row.region) continue
      found.push({
        Name: parts[1],
        CreationDate: new Date(row.createdMilliseconds),
        BucketRegion: row.region,
      })
    }
    const last = entries.at(-1)
    start = last ? justAfter(last.key) : range.end
  }
  return found
}
