import { BoundedCache } from '../../../base/bounded-cache.ts'
import { justAfter } from '../../../metadata/just-after.ts'
import { type Entry, type OrderedStore, originOf } from '../../../metadata/ordered-store.ts'
import { partLists } from '../../../metadata/tables/tables.ts'

/** The digests of the parts of a list, those of a row joined. */
export interface PartDigests {
  readonly rows: readonly Buffer[]
  readonly count: number
}

interface KnownDigests extends PartDigests {
  /** Where the next row may be. */
  readonly behind: Uint8Array
}

/** That of an object of 10,000 parts with SHA256 takes 330 kB. */
const MOST_BYTES = 4 * 1024 * 1024
const ROWS_AT_ONCE = 8
const caches = new WeakMap<OrderedStore, BoundedCache<KnownDigests>>()

/**
 * Digests of all parts of a list that grows; `undefined` where one of them has none. Every row but the last stays as it is for ever: those
 * are remembered, so that an append reads the last alone.
 */
export async function digestsOfParts(
  metadata: OrderedStore,
  contentId: string,
): Promise<PartDigests | undefined> {
  const { start, end } = partLists.range(contentId)
  const cache = cacheOf(metadata)
  const remembered = cache.get(contentId)
  let known: KnownDigests = remembered ?? { rows: [], count: 0, behind: start }
  let whole: KnownDigests | undefined = known
  for (let isMore = true; isMore;) {
    const entries = await metadata.scan({ start: known.behind, end, limit: ROWS_AT_ONCE })
    isMore = entries.length === ROWS_AT_ONCE
    // The last of a scan is read again where there may be more: it may have grown until the next.
    for (const [index, entry] of entries.entries()) {
      whole = withRow(known, entry)
      if (!whole) return undefined
      if (index < entries.length - 1) known = whole
    }
  }
  if (known !== remembered && known.rows.length > 0) cache.set(contentId, known, memoryOf(known))
  return whole
}

function withRow({ rows, count }: PartDigests, entry: Entry): KnownDigests | undefined {
  const digests: Buffer[] = []
  for (const { checksum } of partLists.decode(entry).parts) {
    if (checksum === undefined) return undefined
    digests.push(Buffer.from(checksum, 'base64'))
  }
  return {
    rows: [...rows, Buffer.concat(digests)],
    count: count + digests.length,
    behind: justAfter(entry.key),
  }
}

const BYTES_OF_BUFFER = 200

function memoryOf({ rows, behind }: KnownDigests): number {
  return rows.reduce((sum, { length }) => sum + length + BYTES_OF_BUFFER, BYTES_OF_BUFFER + behind.length)
}

function cacheOf(metadata: OrderedStore): BoundedCache<KnownDigests> {
  const origin = originOf(metadata)
  const kept = caches.get(origin) ?? new BoundedCache<KnownDigests>(MOST_BYTES)
  caches.set(origin, kept)
  return kept
}
