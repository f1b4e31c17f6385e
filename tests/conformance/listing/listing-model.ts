import { sortedAsKeys } from '../../support/buckets.ts'

export interface ListingRequest {
  readonly prefix?: string
  readonly delimiter?: string
  /** Shows only what is behind it. */
  readonly after?: string
  readonly limit: number
}

export interface ListingPage {
  readonly keys: readonly string[]
  readonly prefixes: readonly string[]
  readonly isTruncated: boolean
  /** The last thing shown. */
  readonly last: string | undefined
}

/**
 * What S3 says a listing of these keys is, in the plainest code there could be. A common prefix that is the marker was
 * shown before; one that holds the marker is shown again while there is a key behind the marker in it.
 */
export function listingOf(keys: Iterable<string>, request: ListingRequest): ListingPage {
  const { prefix = '', delimiter = '', after = '', limit } = request
  const all = new Map<string, 'key' | 'prefix'>()
  for (const key of sortedAsKeys(keys)) {
    if (!key.startsWith(prefix) || Buffer.compare(Buffer.from(key), Buffer.from(after)) <= 0) continue
    const index = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    const common = index < 0 ? undefined : key.slice(0, index + delimiter.length)
    if (common === undefined) all.set(key, 'key')
    else if (!after.startsWith(common)) all.set(common, 'prefix')
  }
  const shown = [...all].slice(0, limit)
  return {
    keys: shown.flatMap(([text, kind]) => (kind === 'key' ? [text] : [])),
    prefixes: shown.flatMap(([text, kind]) => (kind === 'prefix' ? [text] : [])),
    isTruncated: limit > 0 && all.size > limit,
    last: shown.at(-1)?.[0],
  }
}
