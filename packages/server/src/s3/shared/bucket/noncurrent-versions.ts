import {
  dueMilliseconds,
  type Filtered,
  type LifecycleRule,
  matchesFilter,
  type Noncurrent,
} from './lifecycle-rules.ts'

/** Where a version stands among those of its key, as far as lifecycle rules go by it. */
export interface NoncurrentPlace {
  /** How many noncurrent versions are newer, delete markers not among them; -1 for the newest version. */
  readonly newerNoncurrent: number
  /** When a newer version took its place. */
  readonly supersededMilliseconds: number
}

interface Made {
  readonly modifiedMilliseconds: number
}

interface Newer extends Made, Pick<NoncurrentPlace, 'newerNoncurrent'> {
  readonly isDeleteMarker?: true | undefined
}

/** The place of a version behind the one that is next newer, or of the newest. */
export function placeBehind(newer: Newer | undefined, { modifiedMilliseconds }: Made): NoncurrentPlace {
  if (!newer) return { newerNoncurrent: -1, supersededMilliseconds: Infinity }
  return {
    newerNoncurrent: newerBehind(newer),
    // No version was superseded before it was made, whatever the clock said then.
    supersededMilliseconds: Math.max(newer.modifiedMilliseconds, modifiedMilliseconds),
  }
}

/**
 * How many noncurrent versions are newer than what stands behind it. Source: S3 User Guide, "Lifecycle configuration elements":
 * their number "does not include versions marked with noncurrent delete markers".
 */
export function newerBehind({
  newerNoncurrent,
  isDeleteMarker,
}: Pick<Newer, 'newerNoncurrent' | 'isDeleteMarker'>): number {
  return newerNoncurrent >= 0 && isDeleteMarker ? newerNoncurrent : newerNoncurrent + 1
}

/** When an action is due on a noncurrent version; `Infinity` while too few are newer. */
export function noncurrentDue(
  action: Noncurrent,
  { newerNoncurrent, supersededMilliseconds }: NoncurrentPlace,
  dayMilliseconds: number,
): number {
  if (newerNoncurrent < action.newerVersions) return Infinity
  return dueMilliseconds(action, supersededMilliseconds, dayMilliseconds)
}

/** When a noncurrent version expires, by the rule that comes first; `Infinity` where none is about it. */
export function noncurrentExpiration(
  rules: readonly LifecycleRule[],
  version: Filtered & NoncurrentPlace,
  dayMilliseconds: number,
): number {
  let first = Infinity
  for (const { noncurrentExpiration: action, filter } of rules)
    if (action && matchesFilter(filter, version))
      first = Math.min(first, noncurrentDue(action, version, dayMilliseconds))
  return first
}
