import type { Principal } from '../principal.ts'
import type { RequestContext } from '../request-context.ts'
import type { Condition, Effect, Policy, Statement } from './policy.ts'
import type { PrincipalMatch } from './principal-pattern.ts'

/** What policies are held against. */
export interface PolicyRequest {
  readonly principal: Principal
  /** Whether a permissions boundary narrows the principal. */
  readonly isBounded?: boolean | undefined
  /** In lower case. */
  readonly action: string
  readonly resource: string
  readonly context: RequestContext
}

/** Why a statement is, or is not, about a request; a condition is the first one that does not hold. */
export type StatementOutcome =
  | 'matches'
  /** It names the role or user that the principal is a session of. */
  | 'matches the entity'
  /** It names the principal's account, which may pass the permission on. */
  | 'matches the account'
  | 'other action'
  | 'other principal'
  | 'other resource'
  | Condition

/** What a policy says. A denial goes before every permission. */
export interface PolicyOutcome {
  readonly effect: Effect | 'None'
  /** Of a permission: how it names the principal; of several, the one that says most. */
  readonly match: PrincipalMatch
  /** Index of the statement that says so; -1 where none does. */
  readonly statement: number
}

const NONE: PolicyOutcome = { effect: 'None', match: 'no', statement: -1 }

const OUTCOMES = { itself: 'matches', entity: 'matches the entity', account: 'matches the account' } as const

function matchStatement(statement: Statement, request: PolicyRequest): StatementOutcome {
  return statement.action.matches(request.action) ? matchRest(statement, request) : 'other action'
}

/** Of a statement that is about the action. */
function matchRest(statement: Statement, request: PolicyRequest): StatementOutcome {
  const principal = statement.principal?.match(request.principal, request.isBounded) ?? 'itself'
  if (principal === 'no') return 'other principal'
  if (statement.resource && !statement.resource.matches(request.resource, request.context)) {
    return 'other resource'
  }
  for (const condition of statement.conditions) {
    if (!condition.holds(request.context)) return condition
  }
  return OUTCOMES[principal]
}

export function isMatch(outcome: StatementOutcome): boolean {
  return matchOf(outcome) !== 'no'
}

function matchOf(outcome: StatementOutcome): PrincipalMatch {
  if (outcome === 'matches') return 'itself'
  if (outcome === 'matches the entity') return 'entity'
  return outcome === 'matches the account' ? 'account' : 'no'
}

/**
 * Holds a policy against a request. `onStatement` sees every statement in turn; without it, evaluation ends with the
 * first denial.
 */
export function evaluatePolicy(
  policy: Policy,
  request: PolicyRequest,
  onStatement?: (statement: Statement, index: number, outcome: StatementOutcome) => void,
): PolicyOutcome {
  if (!onStatement) return evaluateAbout(policy, request)
  let result = NONE
  for (let index = 0; index < policy.statements.length; index++) {
    const statement = policy.statements[index]
    if (!statement) break
    const outcome = matchStatement(statement, request)
    onStatement(statement, index, outcome)
    const match = matchOf(outcome)
    if (match !== 'no') result = stronger(result, statement.effect, match, index)
  }
  return result
}

function evaluateAbout(policy: Policy, request: PolicyRequest): PolicyOutcome {
  let result = NONE
  for (const index of statementsAbout(policy, request.action)) {
    const statement = policy.statements[index]
    const match = statement ? matchOf(matchRest(statement, request)) : 'no'
    if (statement && match !== 'no') result = stronger(result, statement.effect, match, index)
    if (result.effect === 'Deny') break
  }
  return result
}

/** By policy and action: which statements are about the action. What actions there are is known, so it does not grow for ever. */
const aboutActions = new WeakMap<Policy, Map<string, readonly number[]>>()

function statementsAbout(policy: Policy, action: string): readonly number[] {
  const known = aboutActions.get(policy) ?? new Map<string, readonly number[]>()
  if (known.size === 0) aboutActions.set(policy, known)
  const found = known.get(action)
  if (found) return found
  const about = policy.statements.flatMap((statement, index) =>
    statement.action.matches(action) ? [index] : [],
  )
  if (known.size < MOST_ACTIONS) known.set(action, about)
  return about
}

/** More than there are operations; simulations ask about any. */
const MOST_ACTIONS = 500

const RANKS: Readonly<Record<PrincipalMatch, number>> = { no: 0, account: 1, entity: 2, itself: 3 }

/** The first denial, else the first of the permissions that say most. */
function stronger(
  result: PolicyOutcome,
  effect: Effect,
  match: PrincipalMatch,
  statement: number,
): PolicyOutcome {
  if (result.effect === 'Deny') return result
  if (effect === 'Allow' && RANKS[result.match] >= RANKS[match]) return result
  return { effect, match, statement }
}
