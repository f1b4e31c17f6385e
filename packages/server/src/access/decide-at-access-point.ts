import { conclude, type Trace } from './decision.ts'
import { isEnoughAlone } from './decide-on-service.ts'
import type { AccessPointEvidence, Evidence } from './evidence.ts'
import { ownSide, type OwnSide, policyRequestOf } from './own-side.ts'
import { accountOf } from './principal.ts'
import { type PolicySource, outcomeReason, tracePolicy } from './trace-policy.ts'

const ACCESS_POINT_POLICY: PolicySource = { source: 'access-point-policy' }

/**
 * What the caller's own account says to a request by an access point, where that lets it in; `undefined` where it does not.
 * Within its account the permission of one side is enough, across accounts both sides have to permit. Nobody gets in without
 * a name. Sources: S3 User Guide, "Configuring IAM policies for using access points" and "Restrictions and limitations
 * for access points"; for RestrictPublicBuckets "Blocking public access", whom a public policy is for then.
 */
export function sideAtAccessPoint(
  evidence: Evidence,
  { ownerAccountId, resource, policy }: AccessPointEvidence,
  trace: Trace,
): OwnSide | undefined {
  const { caller, bucket } = evidence
  const refuse = (source: 'default' | 'public-access-block', why: string): undefined => {
    conclude(false, source, why, trace)
    return undefined
  }
  if (caller.principal.kind === 'anonymous')
    return refuse('default', 'access points are for nobody without a name')
  const request = { ...policyRequestOf(evidence), resource }
  const own = ownSide(caller, request, trace)
  if (own.verdict === 'Deny') return undefined
  const outcome = policy && tracePolicy(policy, request, ACCESS_POINT_POLICY, trace)
  const accountId = accountOf(caller.principal)?.id
  if (policy && outcome?.effect === 'Deny') {
    const reason = trace && outcomeReason(policy, outcome, ACCESS_POINT_POLICY)
    if (reason) trace.push(reason)
    return undefined
  }
  const isOutside =
    caller.principal.kind !== 'service' &&
    accountId !== ownerAccountId &&
    accountId !== bucket?.ownerAccountId
  if (policy?.isPublic && bucket?.publicAccessBlock?.restrictPublicBuckets && isOutside)
    return refuse('public-access-block', "the access point's policy is public: only its own account gets in")
  const isOwn = accountId === ownerAccountId
  const isGiven = outcome?.effect === 'Allow'
  if (isOwn && (own.verdict === 'Allow' || (isGiven && isEnoughAlone(outcome, own)))) return own
  if (own.verdict === 'None') return refuse('default', own.lack)
  return isGiven ? own : refuse('default', 'the access point does not allow it')
}
