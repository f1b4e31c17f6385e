import type { ObjectRow } from '../../metadata/tables/rows.ts'
import { current } from '../../metadata/tables/tables.ts'
import { readable } from '../../metadata/unreadable-rows.ts'
import {
  dueMilliseconds,
  dueTransition,
  matchesFilter,
  plannedExpiration,
} from '../../s3/shared/bucket/lifecycle-rules.ts'
import { isHeldForReplication } from '../../s3/shared/replicating/replication-rules.ts'
import { deleteVersion } from '../../s3/shared/version-rows/delete-version.ts'
import { isNullVersion, isObject } from '../../s3/shared/object/version-order.ts'
import { dueMoves } from './due-move.ts'
import { inSlices } from '../../base/in-slices.ts'
import { assertSameRules, type HandlePage, ROWS_AT_ONCE, type RuledBucket } from './lifecycle-page.ts'
import { noteAction } from './note-action.ts'
import { Changed, type Move, tryAll, tryMoves } from './try-action.ts'

/**
 * Expiration of the newest versions, for good without versioning, behind a delete marker with it; those that stay change
 * their class or tier.
 */
export const expireCurrent: HandlePage = async (ruled, entries) => {
  const { metadata } = ruled.service.stores
  const actions: (() => Promise<unknown>)[] = []
  const moves: Move[] = []
  for await (const slice of inSlices(entries, ROWS_AT_ONCE)) {
    for (const entry of slice) {
      const found = readable(metadata, current, entry)
      if (!found) continue
      const { row, parts } = found
      const [, key] = parts
      const storageClass = classDue(ruled, key, row)
      if (expiresNow(ruled, key, row, storageClass)) actions.push(() => expire(ruled, key, row))
      else moves.push(...dueMoves(ruled, { key, row, isNewest: true }, storageClass))
    }
  }
  return (await tryAll(metadata, actions)) + (await tryMoves(ruled, moves))
}

function classDue({ bucket, rules, nowMilliseconds, service }: RuledBucket, key: string, row: ObjectRow) {
  if (isHeldForReplication(bucket, row)) return undefined
  const { dayMilliseconds } = service.settings
  const candidates = rules
    .filter(({ filter }) => matchesFilter(filter, { ...row, key }))
    .flatMap(({ transitions }) => transitions)
    .map(({ due, ...transition }) => ({
      ...transition,
      atMilliseconds: dueMilliseconds(due, row.modifiedMilliseconds, dayMilliseconds),
    }))
  return dueTransition(candidates, row, nowMilliseconds)
}

/**
 * Of a transition and a delete marker that are due together the transition goes first, and the marker is of the next pass.
 * Source: S3 User Guide, "How Amazon S3 handles conflicts in lifecycle configurations".
 */
function expiresNow(
  ruled: RuledBucket,
  key: string,
  row: ObjectRow,
  storageClass: string | undefined,
): boolean {
  if (!isExpired(ruled, key, row)) return false
  const { versioning } = ruled.bucket
  // A null version is not kept behind a null delete marker.
  const isHidden = versioning === 'Enabled' || (versioning === 'Suspended' && !isNullVersion(row))
  return !isHidden || storageClass === undefined
}

function isExpired(
  { bucket, rules, nowMilliseconds, service }: RuledBucket,
  key: string,
  row: ObjectRow,
): boolean {
  if (isHeldForReplication(bucket, row)) return false
  const planned = plannedExpiration(rules, { ...row, key }, service.settings.dayMilliseconds)
  return planned !== undefined && planned.atMilliseconds <= nowMilliseconds
}

async function expire(ruled: RuledBucket, key: string, { sizeBytes }: ObjectRow): Promise<void> {
  const { DeleteMarker: isHidden } = await deleteVersion(ruled.service, {
    bucketName: ruled.name,
    bucket: ruled.bucket,
    key,
    versionId: undefined,
    accountId: ruled.bucket.ownerAccountId,
    cause: 's3',
    bypassesGovernance: false,
    hasMfa: false,
    check(existing, { bucket }) {
      assertSameRules(ruled, bucket)
      if (!existing || !isObject(existing)) throw new Changed()
      if (!expiresNow(ruled, key, existing, classDue(ruled, key, existing))) throw new Changed()
    },
  })
  noteAction(ruled, isHidden ? 'S3.CREATE.DELETEMARKER' : 'S3.EXPIRE.OBJECT', {
    key,
    sizeBytes: isHidden ? undefined : sizeBytes,
  })
}
