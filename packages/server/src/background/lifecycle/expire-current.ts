import type { ObjectRow, VersionRow } from '../../metadata/tables/rows.ts'
import { current } from '../../metadata/tables/tables.ts'
import { plannedExpiration } from '../../s3/lifecycle-rules.ts'
import { deleteVersion } from '../../s3/versions/delete-version.ts'
import { isObject } from '../../s3/versions/version-order.ts'
import type { HandlePage, RuledBucket } from './lifecycle-page.ts'
import { Changed, tryAll } from './try-action.ts'

/** Expiration of the newest versions: for good without versioning, behind a delete marker with it. */
export const expireCurrent: HandlePage = async (ruled, entries) => {
  const { rules, nowMilliseconds, service } = ruled
  const actions = entries.flatMap((entry) => {
    const [, key] = current.parts(entry.key)
    const row = current.decode(entry.value)
    const planned = plannedExpiration(rules, { ...row, key }, service.settings.dayMilliseconds)
    return planned && planned.atMilliseconds <= nowMilliseconds ? [() => expire(ruled, key, row)] : []
  })
  return tryAll(actions)
}

function expire({ service, name, bucket }: RuledBucket, key: string, row: ObjectRow): Promise<unknown> {
  return deleteVersion(service, {
    bucketName: name,
    key,
    versionId: undefined,
    accountId: bucket.ownerAccountId,
    bypassesGovernance: false,
    check(existing) {
      if (!isSame(existing, row)) throw new Changed()
    },
  })
}

function isSame(existing: VersionRow | undefined, seen: ObjectRow): boolean {
  if (!existing || !isObject(existing)) return false
  return (
    existing.modifiedMilliseconds === seen.modifiedMilliseconds &&
    existing.etag === seen.etag &&
    existing.order === seen.order
  )
}
