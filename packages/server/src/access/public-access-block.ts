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

/** What holds where two are set: each switch that either turns on. */
export function stricterBlock(
  one: PublicAccessBlock | undefined,
  other: PublicAccessBlock | undefined,
): PublicAccessBlock | undefined {
  if (!one || !other) return one ?? other
  return {
    blockPublicAcls: one.blockPublicAcls || other.blockPublicAcls,
    ignorePublicAcls: one.ignorePublicAcls || other.ignorePublicAcls,
    blockPublicPolicy: one.blockPublicPolicy || other.blockPublicPolicy,
    restrictPublicBuckets: one.restrictPublicBuckets || other.restrictPublicBuckets,
  }
}

/** Whether nothing stricter could be set. */
export function blocksAll(block: PublicAccessBlock | undefined): boolean {
  if (!block) return false
  const { blockPublicAcls, ignorePublicAcls, blockPublicPolicy, restrictPublicBuckets } = block
  return blockPublicAcls && ignorePublicAcls && blockPublicPolicy && restrictPublicBuckets
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
