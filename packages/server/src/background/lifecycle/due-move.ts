import { depthOf, dueTier } from '../../s3/shared/storage-tiers/access-tiers.ts'
import { archiveTierOf } from '../../s3/shared/object/archive-of.ts'
import { restoreState } from '../../s3/shared/storage-tiers/archived.ts'
import { isMonitored, lastAccess } from '../../s3/shared/storage-tiers/monitored.ts'
import type { RuledBucket, SeenVersion } from './lifecycle-page.ts'
import { tierChange, transition } from './move-version.ts'
import type { Move } from './try-action.ts'

/** What brings an object version where it should be by now; nothing where it is there. */
export function dueMoves(ruled: RuledBucket, seen: SeenVersion, storageClass: string | undefined): Move[] {
  if (storageClass !== undefined) return [transition(ruled, seen, storageClass)]
  return isMonitored(seen.row) ? dueTierChanges(ruled, seen) : []
}

function dueTierChanges(ruled: RuledBucket, seen: SeenVersion): Move[] {
  const { archivings, nowMilliseconds, service } = ruled
  const { key, row } = seen
  const state = restoreState(row.restore, new Date(nowMilliseconds))
  if (state === 'ongoing') return []
  const object = { ...row, key, accessedMilliseconds: lastAccess(row) }
  const tier = dueTier(archivings, object, nowMilliseconds, service.settings.dayMilliseconds)
  // One that was restored has left its tier, even where it is to go there again.
  const isThere = tier === row.accessTier && state === 'none'
  // What is archived comes up again by being restored alone, whatever becomes of the configurations.
  const isHeld = archiveTierOf(row) !== undefined && state === 'none'
  if (isThere || (isHeld && depthOf(tier) < depthOf(row.accessTier))) return []
  return [tierChange(ruled, seen, tier)]
}
