import type { Caller } from './caller.ts'
import { decide } from './decide.ts'
import { decideOnService } from './decide-on-service.ts'
import type { Decision } from './decision.ts'
import type { Evidence } from './evidence.ts'
import { ownSide, policyRequestOf } from './own-side.ts'
import {
  evaluatePolicy,
  isMatch,
  type PolicyRequest,
  type StatementOutcome,
} from './policy/evaluate-policy.ts'
import type { Effect, Policy } from './policy/policy.ts'
import { type StatementKeys, statementKeys } from './policy/statement-keys.ts'
import { accountOf } from './principal.ts'
import { isExplicitDenial } from './reason.ts'
import type { RequestContext } from './request-context.ts'

/** A request that nobody sends, to something that need not exist. */
export interface SimulatedRequest {
  readonly caller: Caller
  /** For example `s3:GetObject`. */
  readonly action: string
  /** An ARN or `*`. */
  readonly resource: string
  /** Whose the resource is. */
  readonly ownerAccountId: string
  /** Of the resource; absent where it has none. */
  readonly resourcePolicy?: Policy | undefined
  readonly context: RequestContext
}

export type Verdict = 'allowed' | 'explicitDeny' | 'implicitDeny'

export interface MatchedStatement {
  readonly policy: Policy
  /** From 0. */
  readonly index: number
}

export interface SimulatedOutcome {
  readonly verdict: Verdict
  /** Those that deny; else, of a permission, those of identity and resource policies that give it. */
  readonly matched: readonly MatchedStatement[]
  /** Condition keys that statements about the request look at, and that it has not. */
  readonly missingKeys: readonly string[]
  /** Absent where there is no boundary. */
  readonly isAllowedByBoundary?: boolean | undefined
  /** What each account says, where they are two. */
  readonly sides?: { readonly own: Verdict; readonly resource: Verdict } | undefined
}

/** What would come of a request, by the very functions that decide on requests. Pure. */
export function simulate(simulated: SimulatedRequest): SimulatedOutcome {
  const { caller, resourcePolicy } = simulated
  const { identity, boundary, session = [] } = caller.policies
  const request = policyRequestOf(simulated)
  const verdict = verdictOf(decided(simulated))
  const giving = [...identity.map(({ policy }) => policy), ...(resourcePolicy ? [resourcePolicy] : [])]
  const narrowing = [...(boundary ? [boundary] : []), ...session].map(({ policy }) => policy)
  const looked = new Set([...giving, ...narrowing])
  const denies = verdict === 'explicitDeny'
  const matched =
    verdict === 'implicitDeny'
      ? []
      : matchedIn(denies ? looked : new Set(giving), request, denies ? 'Deny' : 'Allow')
  const isAbroad = accountOf(caller.principal)?.id !== simulated.ownerAccountId
  return {
    verdict,
    matched,
    missingKeys: missingKeys(looked, request),
    isAllowedByBoundary: boundary && evaluatePolicy(boundary.policy, request).effect === 'Allow',
    sides: isAbroad ? sidesOf(caller, request, resourcePolicy) : undefined,
  }
}

/** Keys and roles have to let everybody in by their policies; for all else one side is enough within one account. */
function decided(simulated: SimulatedRequest): Decision {
  const { caller, action, resource, context, resourcePolicy: policy, ownerAccountId } = simulated
  const service = action.split(':')[0]?.toLowerCase()
  if (policy && (service === 'kms' || service === 'sts')) {
    const source = service === 'kms' ? 'key-policy' : 'trust-policy'
    return decideOnService({
      caller,
      action,
      resource,
      accountId: ownerAccountId,
      context,
      policy: { source, policy },
    })
  }
  // What decides on a bucket does on whatever has a policy; it looks at the names of its own few actions alone.
  const named = action as Evidence['action']
  return decide({
    caller,
    rule: { action: named, on: 'object' },
    action: named,
    resource,
    bucket: {
      name: '',
      ownerAccountId,
      ownerCanonicalId: '',
      objectOwnership: 'BucketOwnerEnforced',
      policy,
    },
    context,
  })
}

function verdictOf({ allowed, reasons }: Decision): Verdict {
  if (allowed) return 'allowed'
  return reasons.some(isExplicitDenial) ? 'explicitDeny' : 'implicitDeny'
}

const VERDICTS = { Allow: 'allowed', Deny: 'explicitDeny', None: 'implicitDeny' } as const

function sidesOf(
  caller: Caller,
  request: PolicyRequest,
  policy: Policy | undefined,
): SimulatedOutcome['sides'] {
  return {
    own: VERDICTS[ownSide(caller, request, undefined).verdict],
    resource: VERDICTS[policy ? evaluatePolicy(policy, request).effect : 'None'],
  }
}

function matchedIn(
  policies: Iterable<Policy>,
  request: PolicyRequest,
  effect: Effect,
): readonly MatchedStatement[] {
  const matched: MatchedStatement[] = []
  for (const policy of policies) {
    evaluatePolicy(policy, request, (statement, index, outcome) => {
      if (statement.effect === effect && isMatch(outcome)) matched.push({ policy, index })
    })
  }
  return matched
}

/** Of statements that are about the request, or would be if variables in their resources had values. */
function missingKeys(policies: Iterable<Policy>, request: PolicyRequest): readonly string[] {
  const missing = new Map<string, string>()
  for (const policy of policies) {
    if (policy.conditionKeys.size === 0) continue
    const keys = keysOf(policy)
    evaluatePolicy(policy, request, (_, index, outcome) => {
      for (const key of keysLookedAt(outcome, keys[index])) {
        const lower = key.toLowerCase()
        if (!request.context.get(lower) && !missing.has(lower)) missing.set(lower, key)
      }
    })
  }
  return [...missing.values()]
}

const known = new WeakMap<Policy, readonly StatementKeys[]>()

/** Read once for all requests that are simulated with a policy. */
function keysOf(policy: Policy): readonly StatementKeys[] {
  const keys = known.get(policy) ?? statementKeys(policy.text)
  known.set(policy, keys)
  return keys
}

function keysLookedAt(outcome: StatementOutcome, keys: StatementKeys | undefined): readonly string[] {
  if (!keys || outcome === 'other action' || outcome === 'other principal') return []
  return outcome === 'other resource' ? keys.resource : [...keys.resource, ...keys.condition]
}
