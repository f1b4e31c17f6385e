import type { ObjectRow } from '../../metadata/tables/rows.ts'
import {
  dueMilliseconds,
  type LifecycleRule,
  matchesFilter,
  plannedExpiration,
} from '../../s3/shared/bucket/lifecycle-rules.ts'
import { isHeldForReplication } from '../../s3/shared/replicating/replication-rules.ts'
import type { ReportedBucket, ReportedVersion } from './reported-version.ts'

/** When a lifecycle rule will delete a version, or hide it behind a delete marker; nothing where none will. */
export function expirationOf(
  row: ObjectRow,
  version: ReportedVersion,
  { service, bucket, lifecycleRules: rules }: ReportedBucket,
): number | undefined {
  if (rules.length === 0 || isHeldForReplication(bucket, row)) return undefined
  const { key, newerNoncurrent } = version
  const { dayMilliseconds } = service.settings
  const { sizeBytes, tags, modifiedMilliseconds } = row
  const object = { key, sizeBytes, tags, modifiedMilliseconds }
  if (newerNoncurrent < 0) return plannedExpiration(rules, object, dayMilliseconds)?.atMilliseconds
  const planned = rules
    .filter(({ filter }) => matchesFilter(filter, object))
    .flatMap((rule) => noncurrentExpiration(rule, version, dayMilliseconds))
  return planned.length > 0 ? Math.min(...planned) : undefined
}

function noncurrentExpiration(
  { noncurrentExpiration: expiration }: LifecycleRule,
  { newerNoncurrent, supersededMilliseconds }: ReportedVersion,
  dayMilliseconds: number,
): number[] {
  if (!expiration || newerNoncurrent < expiration.newerVersions) return []
  return [dueMilliseconds(expiration, supersededMilliseconds, dayMilliseconds)]
}
