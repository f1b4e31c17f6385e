import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { plannedExpiration, readLifecycleRules } from '../bucket/lifecycle-rules.ts'
import type { S3Service } from '../service/service.ts'

/** `x-amz-expiration`: when a lifecycle rule will delete an object, and which; nothing where none will. */
export async function expirationMember(
  service: S3Service,
  bucket: BucketRow,
  key: string,
  row: ObjectRow,
): Promise<{ Expiration?: string }> {
  const rules = await readLifecycleRules(service, bucket)
  const planned = plannedExpiration(rules, { ...row, key }, service.settings.dayMilliseconds)
  if (!planned) return {}
  const date = new Date(planned.atMilliseconds).toUTCString()
  return { Expiration: `expiry-date="${date}", rule-id="${encodeURIComponent(planned.ruleId)}"` }
}
