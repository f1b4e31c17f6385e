import type { ObjectRow } from '../../metadata/tables/rows.ts'
import { current } from '../../metadata/tables/tables.ts'
import { plannedExpiration } from '../../s3/lifecycle-rules.ts'
import { deleteVersion } from '../../s3/versions/delete-version.ts'
import { isObject } from '../../s3/versions/version-order.ts'
import type { HandlePage, RuledBucket } from './lifecycle-page.ts'
import { Changed, tryAll } from './try-action.ts'

/** Expiration of the newest versions: for good without versioning, behind a delete marker with it. */
export const expireCurrent: HandlePage = async (ruled, entries) => {
  const due = entries.flatMap((entry) => {
    const [, key] = current.parts(entry.key)
    return isExpired(ruled, key, current.decode(entry.value)) ? [key] : []
  })
  return tryAll(due.map((key) => () => expire(ruled, key)))
}

function isExpired({ rules, nowMilliseconds, service }: RuledBucket, key: string, row: ObjectRow): boolean {
  const planned = plannedExpiration(rules, { ...row, key }, service.settings.dayMilliseconds)
  return planned !== undefined && planned.atMilliseconds <= nowMilliseconds
}

function expire(ruled: RuledBucket, key: string): Promise<unknown> {
  return deleteVersion(ruled.service, {
    bucketName: ruled.name,
    bucket: ruled.bucket,
    key,
    versionId: undefined,
    accountId: ruled.bucket.ownerAccountId,
    bypassesGovernance: false,
    hasMfa: false,
    check(existing) {
      if (!existing || !isObject(existing) || !isExpired(ruled, key, existing)) throw new Changed()
    },
  })
}
