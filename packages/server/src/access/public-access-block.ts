import { type Acl, isPublicAcl, isPublicGrant } from './acl/acl.ts'
import type { Policy } from './policy/policy.ts'

/** The four switches. Source: S3 User Guide, "Blocking public access to your Amazon S3 storage". */
export interface PublicAccessBlock {
  /** Refuses writes of public ACLs. */
  readonly blockPublicAcls: boolean
  /** Public grants do nothing. */
  readonly ignorePublicAcls: boolean
  /** Refuses public bucket policies. */
  readonly blockPublicPolicy: boolean
  /** A bucket with a public policy is for its own account and services only. */
  readonly restrictPublicBuckets: boolean
}

export const allBlocked: PublicAccessBlock = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
}

/** Whether an ACL may not be written (AccessDenied). */
export function refusesAcl(block: PublicAccessBlock | undefined, acl: Acl): boolean {
  return block?.blockPublicAcls === true && isPublicAcl(acl)
}

/** Whether a bucket policy may not be put (AccessDenied). */
export function refusesPolicy(block: PublicAccessBlock | undefined, policy: Policy): boolean {
  return block?.blockPublicPolicy === true && policy.isPublic
}

/** The ACL that takes effect, which is what GetBucketAcl and GetObjectAcl answer. */
export function effectiveAcl(block: PublicAccessBlock | undefined, acl: Acl): Acl {
  if (block?.ignorePublicAcls !== true) return acl
  return { ...acl, grants: acl.grants.filter((grant) => !isPublicGrant(grant)) }
}
