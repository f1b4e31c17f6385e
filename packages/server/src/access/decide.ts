import { evaluateAcl } from './acl/evaluate-acl.ts'
import { NO_POLICIES } from './caller.ts'
import type { BucketEvidence, Evidence } from './evidence.ts'
import { conclude, type Decision, LazyDecision, type Trace } from './decision.ts'
import { sideAtAccessPoint } from './decide-at-access-point.ts'
import { isEnoughAlone } from './decide-on-service.ts'
import { ownSide, type OwnSide, policyRequestOf } from './own-side.ts'
import type { PolicyOutcome } from './policy/evaluate-policy.ts'
import { accountOf } from './principal.ts'
import type { Reason } from './reason.ts'
import { tellDenial } from './tell-denial.ts'
import { outcomeReason, type PolicySource, tracePolicy } from './trace-policy.ts'

const NOTHING = 'nothing allows it'

const BUCKET_POLICY: PolicySource = { source: 'bucket-policy' }

/** The root user of the bucket's account may always mend its policy. Source: S3 API Reference, PutBucketPolicy. */
const MENDING: ReadonlySet<string> = new Set([
  's3:GetBucketPolicy',
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
])

/**
 * Whether a request may go on. Pure: the same evidence gives the same decision. Deny by default; a denial in any policy
 * wins; within one account the permission of one side is enough, across accounts both sides have to permit. An access
 * point and its bucket have to permit it each. Sources: S3 User Guide, "How Amazon S3 authorizes a request"; IAM User
 * Guide, "Policy evaluation logic".
 */
export function decide(evidence: Evidence): Decision {
  return new LazyDecision(evidence, isAllowed, tellDenial)
}

/**
 * The account that decides. The object's owner is the one to allow what an ACL on the object could; all else is for the
 * bucket's owner, who can so delete, tag and archive what others own, but not read it.
 */
function authorityOf({ rule, object }: Evidence, bucket: BucketEvidence): string {
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
  if (evidence.bySession !== undefined) return evidence.bySession
  if (bucket && isRestricted(evidence, bucket, undefined)) return false
  if (evidence.accessPoint) return caller.principal.kind !== 'anonymous'
  // What a condition of a user's own policies comes to shows with the document.
  if (caller.policies !== NO_POLICIES) return true
  if (!bucket?.policy) return isAllowed(evidence, undefined)
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

function isAllowed(evidence: Evidence, trace: Trace): boolean {
  const { caller, bucket } = evidence
  if (evidence.bySession !== undefined) {
    const detail = evidence.bySession
      ? 'the session is of this bucket and of this mode'
      : 'the session is not for this'
    return conclude(evidence.bySession, 'directory-session', detail, trace)
  }
  const request = policyRequestOf(evidence)
  const atPoint = evidence.accessPoint && sideAtAccessPoint(evidence, evidence.accessPoint, trace)
  if (evidence.accessPoint && !atPoint) return false
  const own = ownSide(caller, request, trace)
  if (own.verdict === 'Deny') return false
  if (!bucket) return decideOnAccount(evidence, own, trace)
  const policy = bucket.policy && tracePolicy(bucket.policy, request, BUCKET_POLICY, trace)
  if (policy?.effect === 'Deny' && !isMending(evidence, bucket, trace)) {
    return concludeByPolicy(bucket, policy, trace)
  }
  if (isRestricted(evidence, bucket, trace)) return false
  return decideOnResource(evidence, bucket, { own, atPoint }, policy, trace)
}

/** Rules about the caller's own account: it takes an account, and its permission. */
function decideOnAccount({ caller: { principal }, rule }: Evidence, own: OwnSide, trace: Trace): boolean {
  if (rule.on !== 'account')
    return conclude(false, 'default', 'there is no bucket that could allow it', trace)
  if (!accountOf(principal)) return conclude(false, 'default', 'the caller has no account', trace)
  if (own.verdict === 'None') return conclude(false, 'default', own.lack, trace)
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

/** What the caller's own account says about the bucket, and about the access point. */
interface CallersSides {
  readonly own: OwnSide
  readonly atPoint: OwnSide | undefined
}

/** Whether what a bucket's policy gives within its account reaches the caller: by itself, or by what its own policies say. */
function isGiven(policy: PolicyOutcome, own: OwnSide): boolean {
  return own.verdict === 'Allow' || isEnoughAlone(policy, own)
}

function decideOnResource(
  evidence: Evidence,
  bucket: BucketEvidence,
  { own, atPoint }: CallersSides,
  policy: PolicyOutcome | undefined,
  trace: Trace,
): boolean {
  const authority = authorityOf(evidence, bucket)
  const isOwn = accountOf(evidence.caller.principal)?.id === authority
  if (isOwn && own.verdict === 'Allow') return concludeByOwner(evidence, trace)
  // Whom an access point lets in, its own account has permitted that by a policy of the one or the other kind.
  if (!isOwn && !atPoint && own.verdict === 'None') return conclude(false, 'default', own.lack, trace)
  if (policy?.effect === 'Allow') {
    if (authority !== bucket.ownerAccountId) {
      trace?.push(
        reason('object-ownership', 'None', 'another account owns the object: the policy can only deny'),
      )
    } else if (!isOwn || isGiven(policy, atPoint ?? own)) return concludeByPolicy(bucket, policy, trace)
  }
  const granted = evaluateAcl(evidence, trace)
  if (granted === 'itself' || (granted === 'account' && !isOwn)) {
    return conclude(true, 'acl-grant', `${evidence.rule.acl?.grant} is granted`, trace)
  }
  return conclude(false, 'default', isOwn ? own.lack || NOTHING : NOTHING, trace)
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

function reason(source: Reason['source'], effect: Reason['effect'], detail: string): Reason {
  return { source, effect, matched: true, detail }
}
