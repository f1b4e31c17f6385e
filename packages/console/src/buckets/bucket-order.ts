import type { BucketUsage } from '../api/administration.ts'
import type { BucketSummary } from '../api/buckets.ts'

export type Column = 'name' | 'objects' | 'size' | 'created'

/** What a list is ordered by; `falls`: from the most to the least. */
export interface Order {
  readonly by: Column
  readonly falls: boolean
}

/** The order in which S3 lists them. */
export const BY_NAME: Order = { by: 'name', falls: false }

/** The bytes that a bucket takes: of all versions, and of what is being uploaded. */
export function roomOf({ bytes, partBytes }: BucketUsage): number {
  return bytes + partBytes
}

/** The order after a column was chosen: names begin at A, all else with the most; the column that counts already turns round. */
export function chosen(by: Column, before: Order): Order {
  return { by, falls: before.by === by ? !before.falls : by !== 'name' }
}

/** In that order, and those that are alike by name. */
export function ordered(
  buckets: readonly BucketSummary[],
  usage: ReadonlyMap<string, BucketUsage> | undefined,
  { by, falls }: Order,
): BucketSummary[] {
  const valueOf = ({ name, created }: BucketSummary): number | string => {
    if (by === 'name') return name
    if (by === 'created') return created.getTime()
    const held = usage?.get(name)
    return held === undefined ? 0 : by === 'size' ? roomOf(held) : held.objects
  }
  return buckets.toSorted((a, b) => {
    const [first, second] = falls ? [valueOf(b), valueOf(a)] : [valueOf(a), valueOf(b)]
    if (first !== second) return first < second ? -1 : 1
    return a.name < b.name ? -1 : 1
  })
}
