import type { AccessRule, S3Action } from './access-rule.ts'
import type { Acl } from './acl/acl.ts'
import type { ObjectOwnership } from './object-ownership.ts'
import type { Caller } from './caller.ts'
import type { Policy } from './policy/policy.ts'
import type { PublicAccessBlock } from './public-access-block.ts'
import type { RequestContext } from './request-context.ts'

/** All that a decision rests on. Gathered before, so that deciding is pure. */
export interface Evidence {
  readonly caller: Caller
  readonly rule: AccessRule
  /** The rule's action or, where the request names a version, its versioned action. */
  readonly action: S3Action
  /** The ARN of the bucket or object. */
  readonly resource: string
  /** `undefined` where the rule is about the caller's own account. */
  readonly bucket: BucketEvidence | undefined
  /**
   * The object or version the request is about, as it is before the request; absent where there is none. `needsObject`
   * tells when a decision depends on it.
   */
  readonly object?: ObjectEvidence | undefined
  /** What the request came through; it has to let it in besides the bucket. */
  readonly accessPoint?: AccessPointEvidence | undefined
  /** Of a request with the credentials of a session of a directory bucket: what that comes to, whatever policies say by now. */
  readonly bySession?: boolean | undefined
  readonly context: RequestContext
}

export interface AccessPointEvidence {
  readonly ownerAccountId: string
  /** The ARN of the bucket or object as the access point names it. */
  readonly resource: string
  readonly policy?: Policy | undefined
}

export interface BucketEvidence {
  readonly name: string
  readonly ownerAccountId: string
  readonly ownerCanonicalId: string
  readonly objectOwnership: ObjectOwnership
  /** Absent: the owner has full control, nobody else anything. */
  readonly acl?: Acl | undefined
  readonly policy?: Policy | undefined
  /** The strictest of the bucket's, its account's and the access point's. Absent: all off. */
  readonly publicAccessBlock?: PublicAccessBlock | undefined
}

export interface ObjectEvidence {
  readonly ownerAccountId: string
  readonly ownerCanonicalId: string
  /** Absent: the owner has full control, nobody else anything. */
  readonly acl?: Acl | undefined
}
