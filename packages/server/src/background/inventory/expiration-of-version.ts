import type { ObjectRow } from '../../metadata/tables/rows.ts'
import { plannedExpiration } from '../../s3/shared/bucket/lifecycle-rules.ts'
import { noncurrentExpiration } from '../../s3/shared/bucket/noncurrent-versions.ts'
import { isHeldForReplication } from '../../s3/shared/replicating/replication-rules.ts'
import type { ReportedBucket, ReportedVersion } from './reported-version.ts'

/** When a lifecycle rule will delete a version, or hide it behind a delete marker; nothing where none will. */
export function expirationOf(
  row: ObjectRow,
  version: ReportedVersion,
  { service, bucket, lifecycleRules: rules }: ReportedBucket,
): number | undefined {
  if (rules.length === 0 || isHeldForReplication(bucket, row)) return undefined
  const { key, newerNoncurrent, supersededMilliseconds } = version
  const { dayMilliseconds } = service.settings
  const { sizeBytes, tags, modifiedMilliseconds } = row
  const object = { key, sizeBytes, tags, modifiedMilliseconds }
  if (newerNoncurrent < 0) return plannedExpiration(rules, object, dayMilliseconds)?.atMilliseconds
  const place = { newerNoncurrent, supersededMilliseconds }
  const planned = noncurrentExpiration(rules, { ...object, ...place }, dayMilliseconds)
  return planned === Infinity ? undefined : planned
}
