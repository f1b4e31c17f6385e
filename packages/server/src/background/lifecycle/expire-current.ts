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
import { isObject } from '../../s3/shared/object/version-order.ts'
import { dueMoves } from './due-move.ts'
import { inSlices } from '../in-slices.ts'
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
      if (isExpired(ruled, key, row)) actions.push(() => expire(ruled, key, row))
      else moves.push(...dueMoves(ruled, { key, row, isNewest: true }, classDue(ruled, key, row)))
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
      isDue: dueMilliseconds(due, row.modifiedMilliseconds, dayMilliseconds) <= nowMilliseconds,
    }))
  return dueTransition(candidates, row)
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
      if (!existing || !isObject(existing) || !isExpired(ruled, key, existing)) throw new Changed()
    },
  })
  noteAction(ruled, isHidden ? 'S3.CREATE.DELETEMARKER' : 'S3.EXPIRE.OBJECT', {
    key,
    sizeBytes: isHidden ? undefined : sizeBytes,
  })
}
