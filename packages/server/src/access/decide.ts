import { evaluateAcl } from './acl/evaluate-acl.ts'
import type { BucketEvidence, Evidence } from './evidence.ts'
import type { PolicyOutcome, PolicyRequest } from './policy/evaluate-policy.ts'
import { accountOf } from './principal.ts'
import type { Reason } from './reason.ts'
import { outcomeReason, type PolicySource, tracePolicy } from './trace-policy.ts'

export interface Decision {
  readonly allowed: boolean
  /** What was looked at and what it led to, in order; the last one decided. Worked out when asked for. */
  readonly reasons: readonly Reason[]
}

/** Gathers reasons where somebody asked for them. */
type Trace = Reason[] | undefined

const BUCKET_POLICY: PolicySource = { source: 'bucket-policy' }

/** The root user of the bucket's account may always mend its policy. Source: S3 API Reference, PutBucketPolicy. */
const MENDING: ReadonlySet<string> = new Set([
  's3:GetBucketPolicy',
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
])

/**
 * Whether a request may go on. Pure: the same evidence gives the same decision. Deny by default; a denial in any policy
 * wins; within one account the permission of one side is enough, across accounts both sides have to permit.
 * Sources: S3 User Guide, "How Amazon S3 authorizes a request"; IAM User Guide, "Policy evaluation logic".
 */
export function decide(evidence: Evidence): Decision {
  return new LazyDecision(evidence, isAllowed(evidence, undefined))
}

/**
 * The account that decides. The object's owner is the one to allow what an ACL on the object could; all else is for the
 * bucket's owner, who can so delete, tag and archive what others own, but not read it.
 */
export function authorityOf({ rule, object }: Evidence, bucket: BucketEvidence): string {
  const objectOwns =
    object !== undefined && rule.acl?.on === 'object' && bucket.objectOwnership !== 'BucketOwnerEnforced'
  return objectOwns ? object.ownerAccountId : bucket.ownerAccountId
}

/**
 * Whether the decision can be another one with the object in the evidence than without. Where it cannot, the object need
 * not be read before deciding. Condition keys that come from the object, its tags say, are another matter.
 */
export function needsObject({ caller, rule, bucket }: Pick<Evidence, 'caller' | 'rule' | 'bucket'>): boolean {
  if (!bucket || !rule.acl || rule.on !== 'object') return false
  if (bucket.objectOwnership === 'BucketOwnerEnforced') return false
  return rule.acl.on === 'object' || accountOf(caller.principal)?.id !== bucket.ownerAccountId
}

/**
 * Whether any resource and any condition keys could make the decision a permission: what is not known before a document
 * is read. Never false where `decide` could then allow.
 */
export function couldAllow(evidence: Evidence): boolean {
  const { bucket, caller, rule } = evidence
  if (!bucket?.policy) return isAllowed(evidence, undefined)
  if (isRestricted(evidence, bucket, undefined)) return false
  if (isAllowed({ ...evidence, bucket: { ...bucket, policy: undefined } }, undefined)) return true
  const actions = [rule.action, rule.versionedAction].flatMap((action) => action?.toLowerCase() ?? [])
  return bucket.policy.statements.some(
    (statement) =>
      statement.effect === 'Allow' &&
      actions.some((action) => statement.action.matches(action)) &&
      statement.principal?.match(caller.principal) !== 'no',
  )
}

/** Whether it is a grant of an ACL that allows. */
export function isByAcl({ allowed, reasons }: Decision): boolean {
  return allowed && reasons.at(-1)?.source === 'acl-grant'
}

class LazyDecision implements Decision {
  readonly allowed: boolean
  readonly #evidence: Evidence
  #reasons: readonly Reason[] | undefined

  constructor(evidence: Evidence, allowed: boolean) {
    this.#evidence = evidence
    this.allowed = allowed
  }

  get reasons(): readonly Reason[] {
    if (!this.#reasons) {
      const trace: Reason[] = []
      isAllowed(this.#evidence, trace)
      this.#reasons = trace
    }
    return this.#reasons
  }
}

function isAllowed(evidence: Evidence, trace: Trace): boolean {
  const { caller, action, resource, context, bucket } = evidence
  const { principal } = caller
  const request = { principal, action: action.toLowerCase(), resource, context }
  const own = callersSide(evidence, request, trace)
  if (own === 'Deny') return false
  if (!bucket) return decideOnAccount(evidence, own, trace)
  const policy = bucket.policy && tracePolicy(bucket.policy, request, BUCKET_POLICY, trace)
  if (policy?.effect === 'Deny' && !isMending(evidence, bucket, trace)) {
    return concludeByPolicy(bucket, policy, trace)
  }
  if (isRestricted(evidence, bucket, trace)) return false
  return decideOnResource(evidence, bucket, own, policy, trace)
}

/**
 * What the caller's own account says. Its root user may do all that it may; anonymous requests and services are of no
 * account that could object. Session policies and permission boundaries, once there are any, narrow it down here.
 */
function callersSide(evidence: Evidence, request: PolicyRequest, trace: Trace): 'Allow' | 'Deny' | 'None' {
  const { principal, policies } = evidence.caller
  const { kind } = principal
  if (kind === 'account' || kind === 'anonymous' || kind === 'service') return 'Allow'
  let allowed: Reason | true | undefined
  for (const [index, { policy }] of policies.identity.entries()) {
    const source: PolicySource = { source: 'identity-policy', policy: index + 1 }
    const outcome = tracePolicy(policy, request, source, trace)
    if (outcome.effect === 'None') continue
    const reason = trace && outcomeReason(policy, outcome, source)
    if (outcome.effect === 'Deny') {
      if (reason) trace.push(reason)
      return 'Deny'
    }
    allowed ??= reason ?? true
  }
  return allowed ? 'Allow' : 'None'
}

/** Rules about the caller's own account: it takes an account, and its permission. */
function decideOnAccount(
  { caller: { principal }, rule }: Evidence,
  own: 'Allow' | 'None',
  trace: Trace,
): boolean {
  if (rule.on !== 'account')
    return conclude(false, 'default', 'there is no bucket that could allow it', trace)
  if (!accountOf(principal)) return conclude(false, 'default', 'the caller has no account', trace)
  if (own === 'None') return conclude(false, 'default', 'no policy of the caller allows it', trace)
  return principal.kind === 'account'
    ? conclude(true, 'owner', 'an account may use its own', trace)
    : conclude(true, 'identity-policy', 'a policy of the caller allows it', trace)
}

function isMending(
  { caller: { principal }, action }: Evidence,
  bucket: BucketEvidence,
  trace: Trace,
): boolean {
  const mends =
    principal.kind === 'account' && principal.account.id === bucket.ownerAccountId && MENDING.has(action)
  if (mends) trace?.push(reason('owner', 'Allow', "the bucket owner's root user may always mend its policy"))
  return mends
}

/** RestrictPublicBuckets: a public policy closes the bucket to all but its own account and services. */
function isRestricted({ caller: { principal } }: Evidence, bucket: BucketEvidence, trace: Trace): boolean {
  if (!bucket.publicAccessBlock?.restrictPublicBuckets || !bucket.policy?.isPublic) return false
  const outside = principal.kind !== 'service' && accountOf(principal)?.id !== bucket.ownerAccountId
  if (outside)
    conclude(false, 'public-access-block', 'the policy is public: only its own account gets in', trace)
  return outside
}

function decideOnResource(
  evidence: Evidence,
  bucket: BucketEvidence,
  own: 'Allow' | 'None',
  policy: PolicyOutcome | undefined,
  trace: Trace,
): boolean {
  const authority = authorityOf(evidence, bucket)
  const isOwn = accountOf(evidence.caller.principal)?.id === authority
  if (isOwn && own === 'Allow') return concludeByOwner(evidence, trace)
  if (!isOwn && own === 'None') {
    return conclude(false, 'default', "no policy of the caller's own account allows it", trace)
  }
  if (policy?.effect === 'Allow') {
    if (authority !== bucket.ownerAccountId) {
      trace?.push(
        reason('object-ownership', 'None', 'another account owns the object: the policy can only deny'),
      )
    } else if (policy.direct || !isOwn) return concludeByPolicy(bucket, policy, trace)
  }
  const granted = evaluateAcl(evidence, trace)
  if (granted === 'itself' || (granted === 'account' && !isOwn)) {
    return conclude(true, 'acl-grant', `${evidence.rule.acl?.grant} is granted`, trace)
  }
  return conclude(false, 'default', 'nothing allows it', trace)
}

function concludeByOwner({ caller: { principal } }: Evidence, trace: Trace): boolean {
  return principal.kind === 'account'
    ? conclude(true, 'owner', 'the resource belongs to the caller', trace)
    : conclude(true, 'identity-policy', "a policy of the caller allows it on its account's resource", trace)
}

function concludeByPolicy({ policy }: BucketEvidence, outcome: PolicyOutcome, trace: Trace): boolean {
  const reason = trace && policy && outcomeReason(policy, outcome, BUCKET_POLICY)
  if (reason) trace.push(reason)
  return outcome.effect === 'Allow'
}

function conclude(allowed: boolean, source: Reason['source'], detail: string, trace: Trace): boolean {
  trace?.push(reason(source, allowed ? 'Allow' : 'Deny', detail))
  return allowed
}

function reason(source: Reason['source'], effect: Reason['effect'], detail: string): Reason {
  return { source, effect, matched: true, detail }
}
