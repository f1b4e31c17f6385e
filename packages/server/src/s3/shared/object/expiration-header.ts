import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { type LifecycleRule, plannedExpiration, readLifecycleRules } from '../bucket/lifecycle-rules.ts'
import type { S3Service } from '../service/service.ts'

/**
 * `x-amz-expiration`: when a lifecycle rule will delete an object, and which; nothing where none will, and while the rules are
 * being replaced, since what was stored is stored whatever they say.
 */
export async function expirationMember(
  service: S3Service,
  bucket: BucketRow,
  key: string,
  row: ObjectRow,
): Promise<{ Expiration?: string }> {
  // Source: S3 API Reference, GetObject, `x-amz-expiration`: "in all responses for directory buckets".
  if (bucket.directory) return { Expiration: 'NotImplemented' }
  const rules = await readLifecycleRules(service, bucket).catch(noneWhileReplaced)
  const planned = plannedExpiration(rules, { ...row, key }, service.settings.dayMilliseconds)
  if (!planned) return {}
  const date = new Date(planned.atMilliseconds).toUTCString()
  return { Expiration: `expiry-date="${date}", rule-id="${encodeURIComponent(planned.ruleId)}"` }
}

function noneWhileReplaced(error: unknown): readonly LifecycleRule[] {
  if (error instanceof S3Error && error.code === 'SlowDown') return []
  throw error
}
