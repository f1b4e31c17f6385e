import type { AccessRule } from '../access/access-rule.ts'
import { type Decision, decide } from '../access/decide.ts'
import type { Principal } from '../access/principal.ts'
import type { BucketRow } from '../metadata/tables/rows.ts'
import { S3Error } from '../model/s3-error.ts'

/** Decides on a rule for a bucket; `undefined` where the rule is about the caller's own account. */
export function decideOn(principal: Principal, rule: AccessRule, bucket: BucketRow | undefined): Decision {
  return decide({ principal, rule, bucketOwnerAccountId: bucket?.ownerAccountId })
}

/** Throws AccessDenied unless the rule allows the request. */
export function authorize(principal: Principal, rule: AccessRule, bucket: BucketRow | undefined): void {
  const { allowed, reasons } = decideOn(principal, rule, bucket)
  if (!allowed) throw new S3Error('AccessDenied', {}, { cause: new Error(reasons.join('; ')) })
}
