import type { Caller } from './caller.ts'
import { conclude, type Decision, LazyDecision, type Trace } from './decision.ts'
import { ownSide, type OwnSide, policyRequestOf } from './own-side.ts'
import { type PolicyOutcome, type PolicyRequest } from './policy/evaluate-policy.ts'
import type { Policy } from './policy/policy.ts'
import { accountOf } from './principal.ts'
import type { RequestContext } from './request-context.ts'
import { outcomeReason, type PolicySource, tracePolicy } from './trace-policy.ts'

/** What a decision of IAM, STS or the key service rests on. */
export interface ServiceEvidence {
  readonly caller: Caller
  /** For example `iam:CreateUser`. */
  readonly action: string
  readonly resource: string
  /** Whose the resource is. */
  readonly accountId: string
  readonly context: RequestContext
  /** Of a role or a key, which has to allow the request then; without one the caller's own account decides alone. */
  readonly policy?: { readonly source: 'key-policy' | 'trust-policy'; readonly policy: Policy } | undefined
}

/**
 * Whether a request to IAM, STS or the key service may go on. Pure. Deny by default; a denial in any policy wins. Where the
 * resource has a policy, that has to allow the request: in one account it is enough alone where it names the caller, or
 * the caller's role within boundary and session policies; where it names the account, and across accounts, the caller's own
 * side has to allow it too. Sources: IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation logic".
 */
export function decideOnService(evidence: ServiceEvidence): Decision {
  return new LazyDecision(evidence, isAllowed)
}

/** Whether a resource's policy permits a request, together with the caller's own side. */
export function permits(outcome: PolicyOutcome, own: OwnSide, isOwnAccount: boolean): boolean {
  if (outcome.effect !== 'Allow') return false
  return own.verdict === 'Allow' || (isOwnAccount && isEnoughAlone(outcome, own))
}

/**
 * Whether within one account a permission of a resource's policy needs none of an identity policy beside it. What is given
 * to a user or session itself nothing narrows; what is given to a role, boundary and session policies do. Source: IAM User
 * Guide, "Policy evaluation logic", "Resource-based policies".
 */
export function isEnoughAlone({ match }: PolicyOutcome, own: OwnSide): boolean {
  return match === 'itself' || (match === 'entity' && own.isWithinLimits)
}

/** Nothing lets it in but a policy that names its identity provider: it is none of AWS's principals, whom `*` names. */
const WEB_IDENTITY: OwnSide = {
  verdict: 'None',
  isWithinLimits: true,
  lack: 'no statement names the identity provider',
}

function isAllowed(evidence: ServiceEvidence, trace: Trace): boolean {
  const { caller, accountId } = evidence
  const { principal } = caller
  const request = policyRequestOf(evidence)
  const isWebIdentity = principal.kind === 'web-identity'
  const own = isWebIdentity ? WEB_IDENTITY : ownSide(caller, request, trace)
  if (own.verdict === 'Deny') return false
  const isOwnAccount = isWebIdentity || accountOf(principal)?.id === accountId
  if (evidence.policy) return isAllowedByPolicy(evidence.policy, request, own, isOwnAccount, trace)
  if (!isOwnAccount) return conclude(false, 'default', 'it belongs to another account', trace)
  if (own.verdict === 'None') return conclude(false, 'default', own.lack, trace)
  return principal.kind === 'account'
    ? conclude(true, 'owner', 'an account may use its own', trace)
    : conclude(true, 'identity-policy', 'a policy of the caller allows it', trace)
}

/**
 * "When you assume a role with another role, called role chaining, permissions for sts:SetSourceIdentity are required in both the
 * permissions policy of the principal who is assuming the role and in the role trust policy of the target role." Source: IAM User Guide,
 * "Permissions required to set source identity".
 */
function takesBothSides({ principal, action }: PolicyRequest): boolean {
  return principal.kind === 'assumed-role' && action === 'sts:setsourceidentity'
}

function isAllowedByPolicy(
  { source, policy }: NonNullable<ServiceEvidence['policy']>,
  request: PolicyRequest,
  own: OwnSide,
  isOwnAccount: boolean,
  trace: Trace,
): boolean {
  const from: PolicySource = { source }
  const outcome = tracePolicy(policy, request, from, trace)
  if (outcome.effect === 'None') {
    const what = source === 'key-policy' ? "the key's policy" : "the role's trust policy"
    return conclude(false, 'default', `${what} does not allow it`, trace)
  }
  const allowed = permits(outcome, own, isOwnAccount && !takesBothSides(request))
  if (outcome.effect === 'Allow' && !allowed) return conclude(false, 'default', own.lack, trace)
  const reason = trace && outcomeReason(policy, outcome, from)
  if (reason) trace.push(reason)
  return allowed
}
