import {
  dueMilliseconds,
  type Filtered,
  type LifecycleRule,
  matchesFilter,
  type Noncurrent,
} from './lifecycle-rules.ts'

/** Where a version stands among those of its key, as far as lifecycle rules go by it. */
export interface NoncurrentPlace {
  /** How many noncurrent versions are newer; -1 for the newest version. */
  readonly newerNoncurrent: number
  /** When a newer version took its place. */
  readonly supersededMilliseconds: number
}

interface Made {
  readonly modifiedMilliseconds: number
}

/** The place of a version behind the one that is next newer, or of the newest. */
export function placeBehind(
  newer: (Made & Pick<NoncurrentPlace, 'newerNoncurrent'>) | undefined,
  { modifiedMilliseconds }: Made,
): NoncurrentPlace {
  if (!newer) return { newerNoncurrent: -1, supersededMilliseconds: Infinity }
  return {
    newerNoncurrent: newer.newerNoncurrent + 1,
    // No version was superseded before it was made, whatever the clock said then.
    supersededMilliseconds: Math.max(newer.modifiedMilliseconds, modifiedMilliseconds),
  }
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
