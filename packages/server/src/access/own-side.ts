import type { Caller, NamedPolicy } from './caller.ts'
import type { PolicyOutcome, PolicyRequest } from './policy/evaluate-policy.ts'
import type { AssumedRole, FederatedUser, Principal, User } from './principal.ts'
import { describePolicy, type Reason } from './reason.ts'
import { outcomeReason, type PolicySource, tracePolicy } from './trace-policy.ts'

/** What the caller's own account says to a request. */
export interface OwnSide {
  /** Allow where a policy of the caller does, within boundary and session policies. */
  readonly verdict: 'Allow' | 'Deny' | 'None'
  /** Whether boundary and session policies allow it, which limit what is given to the role or user of a session too. */
  readonly isWithinLimits: boolean
  /** Why the verdict is `None`, for people. */
  readonly lack: string
}

type Trace = Reason[] | undefined
type OwnSource = 'identity-policy' | 'permissions-boundary' | 'session-policy'

const PERMITTED: OwnSide = { verdict: 'Allow', isWithinLimits: true, lack: '' }
const DENIED: OwnSide = { verdict: 'Deny', isWithinLimits: false, lack: '' }

/**
 * Holds the caller's own policies against a request. A denial in any of them decides; all that identity policies give is
 * narrowed to what the boundary and the session policies, where there are any, give too. Root users may do all that their
 * account may; anonymous requests and services are of no account that could object. Sources: IAM User Guide, "Policy
 * evaluation logic" and "Permissions boundaries for IAM entities", "Evaluating effective permissions with boundaries".
 */
export function ownSide(caller: Caller, request: PolicyRequest, trace: Trace): OwnSide {
  const side = unscopedSide(caller, request, trace)
  const { scopes } = caller.policies
  return !scopes || side.verdict === 'Deny' || areWithin(scopes, request, trace) ? side : DENIED
}

/**
 * Whether every scope of scoped credentials allows a request. What they may is "the intersection of the effective permissions of the
 * calling session" and all of these, so that nothing else can give them more: what a scope does not allow, it denies. Source: IAM
 * User Guide, "Permissions for GetScopedCredentials".
 */
function areWithin(scopes: readonly NamedPolicy[], request: PolicyRequest, trace: Trace): boolean {
  return scopes.every((scope) => {
    const effect = effectOf('session-policy', [scope], request, trace)
    if (effect === 'None') trace?.push(beyond(scope))
    return effect === 'Allow'
  })
}

function beyond(scope: NamedPolicy): Reason {
  const { name, of } = scope
  const detail = `${describePolicy(scope)} does not allow the request`
  return { source: 'session-policy', effect: 'Deny', matched: true, policy: { name, of }, detail }
}

function unscopedSide({ principal, policies }: Caller, request: PolicyRequest, trace: Trace): OwnSide {
  if (!isOfIam(principal)) return PERMITTED
  const { kind } = principal
  const { identity, boundary, session } = policies
  // What a root user federates begins with all that the root user may.
  const isOfRoot = kind === 'federated-user' && principal.user === undefined
  const given = isOfRoot ? 'Allow' : effectOf('identity-policy', identity, request, trace)
  if (given === 'Deny') return DENIED
  const bounded = boundary ? effectOf('permissions-boundary', [boundary], request, trace) : 'Allow'
  if (bounded === 'Deny') return DENIED
  // A federated session without a policy may nothing. Source: "Policy evaluation logic", "Session policies".
  const withoutSession = kind === 'federated-user' ? 'None' : 'Allow'
  const inSession = session ? effectOf('session-policy', session, request, trace) : withoutSession
  if (inSession === 'Deny') return DENIED
  const isWithinLimits = bounded === 'Allow' && inSession === 'Allow'
  const verdict = given === 'Allow' && isWithinLimits ? 'Allow' : 'None'
  return { verdict, isWithinLimits, lack: trace ? lackOf({ given, bounded, boundary, session }) : '' }
}

/** What the policies of every side are asked about somebody's request. */
export function policyRequestOf({ caller, action, resource, context }: AskedRequest): PolicyRequest {
  return {
    principal: caller.principal,
    isBounded: isBounded(caller),
    action: action.toLowerCase(),
    resource,
    context,
  }
}

interface AskedRequest extends Pick<PolicyRequest, 'action' | 'resource' | 'context'> {
  readonly caller: Caller
}

/** Whether a permissions boundary narrows a caller: root users and those without an account have none. */
function isBounded({ principal, policies }: Caller): boolean {
  return policies.boundary !== undefined && isOfIam(principal)
}

function isOfIam(principal: Principal): principal is User | AssumedRole | FederatedUser {
  const { kind } = principal
  return kind === 'user' || kind === 'assumed-role' || kind === 'federated-user'
}

/** What several policies of one kind say together: a denial goes before every permission. */
function effectOf(
  source: OwnSource,
  policies: readonly NamedPolicy[],
  request: PolicyRequest,
  trace: Trace,
): PolicyOutcome['effect'] {
  let effect: PolicyOutcome['effect'] = 'None'
  for (const named of policies) {
    const from: PolicySource = { source, named }
    const outcome = tracePolicy(named.policy, request, from, trace)
    if (outcome.effect === 'Allow') effect = 'Allow'
    if (outcome.effect !== 'Deny') continue
    const reason = trace && outcomeReason(named.policy, outcome, from)
    if (reason) trace.push(reason)
    return 'Deny'
  }
  return effect
}

function lackOf({
  given,
  bounded,
  boundary,
  session,
}: {
  readonly given: PolicyOutcome['effect']
  readonly bounded: PolicyOutcome['effect']
  readonly boundary: NamedPolicy | undefined
  readonly session: readonly NamedPolicy[] | undefined
}): string {
  if (given === 'None') return 'no policy of the caller allows it'
  if (boundary && bounded === 'None') {
    return `the permissions boundary ${describePolicy(boundary)} does not allow it`
  }
  return session
    ? `no session policy allows it (${session.map(describePolicy).join(', ')})`
    : 'a federated session may nothing without a session policy'
}
