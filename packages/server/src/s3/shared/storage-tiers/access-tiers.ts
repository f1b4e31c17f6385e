import type { AccessTier, BucketRow } from '../../../metadata/tables/rows.ts'
import { readConfigurations } from '../bucket/configuration-list.ts'
import {
  dueMilliseconds,
  type Filtered,
  type LifecycleFilter,
  matchesFilter,
} from '../bucket/lifecycle-rules.ts'
import type { S3Service } from '../service/service.ts'
import { TIERING } from './intelligent-tiering.ts'

/** One tier of one configuration of a bucket: an archive that objects go into. */
export interface Archiving {
  readonly filter: LifecycleFilter
  readonly tier: AccessTier
  readonly days: number
}

/** What the enabled configurations of a bucket say. */
export async function readArchivings(service: S3Service, bucket: BucketRow): Promise<readonly Archiving[]> {
  const enabled = (await readConfigurations(service, bucket, TIERING)).filter(
    ({ Status }) => Status === 'Enabled',
  )
  return enabled.flatMap(({ Filter, Tierings }) => {
    const all = Filter?.And ?? Filter
    const tags = Filter?.And?.Tags ?? (Filter?.Tag ? [Filter.Tag] : [])
    const filter = {
      prefix: all?.Prefix ?? '',
      tags: tags.map(({ Key, Value }) => [Key, Value] as const),
      greaterThanBytes: undefined,
      lessThanBytes: undefined,
    }
    return Tierings.map(({ AccessTier: tier, Days: days }) => ({ filter, tier, days }))
  })
}

/** Source: S3 User Guide, "How S3 Intelligent-Tiering works": what happens to every object. From the first tier down. */
const AUTOMATIC = [
  { tier: 'INFREQUENT_ACCESS', days: 30 },
  { tier: 'ARCHIVE_INSTANT_ACCESS', days: 90 },
] as const

const DEPTHS = {
  INFREQUENT_ACCESS: 1,
  ARCHIVE_INSTANT_ACCESS: 2,
  ARCHIVE_ACCESS: 3,
  DEEP_ARCHIVE_ACCESS: 4,
} as const satisfies Record<AccessTier, number>

export function depthOf(tier: AccessTier | undefined): number {
  return tier === undefined ? 0 : DEPTHS[tier]
}

/**
 * The tier that an object belongs into after so much time without access; `undefined`: frequent access. Of several that
 * are due it is the deepest one. Days end at midnight UTC, as those of the lifecycle do, so that a time of access that is
 * known to the day alone is never counted as longer ago than it was.
 */
export function dueTier(
  archivings: readonly Archiving[],
  object: Filtered & { readonly accessedMilliseconds: number },
  nowMilliseconds: number,
  dayMilliseconds: number,
): AccessTier | undefined {
  const ofBucket = archivings.filter(({ filter }) => matchesFilter(filter, object))
  const due = [...AUTOMATIC, ...ofBucket].filter(
    ({ days }) => dueMilliseconds({ days }, object.accessedMilliseconds, dayMilliseconds) <= nowMilliseconds,
  )
  return due.toSorted((one, other) => depthOf(other.tier) - depthOf(one.tier))[0]?.tier
}
