import type { Principal } from '../principal.ts'
import type { RequestContext } from '../request-context.ts'
import type { Condition, Effect, Policy, Statement } from './policy.ts'

/** What policies are held against. */
export interface PolicyRequest {
  readonly principal: Principal
  /** In lower case. */
  readonly action: string
  readonly resource: string
  readonly context: RequestContext
}

/** Why a statement is, or is not, about a request; a condition is the first one that does not hold. */
export type StatementOutcome =
  | 'matches'
  /** It names the principal's account, which may pass the permission on. */
  | 'matches the account'
  | 'other action'
  | 'other principal'
  | 'other resource'
  | Condition

/** What a policy says. A denial goes before every permission. */
export interface PolicyOutcome {
  readonly effect: Effect | 'None'
  /** Of a permission: whether it names the principal, and not only the account. */
  readonly direct: boolean
  /** Index of the statement that says so; -1 where none does. */
  readonly statement: number
}

const NONE: PolicyOutcome = { effect: 'None', direct: false, statement: -1 }

export function matchStatement(statement: Statement, request: PolicyRequest): StatementOutcome {
  if (!statement.action.matches(request.action)) return 'other action'
  const principal = statement.principal?.match(request.principal) ?? 'itself'
  if (principal === 'no') return 'other principal'
  if (statement.resource && !statement.resource.matches(request.resource, request.context)) {
    return 'other resource'
  }
  for (const condition of statement.conditions) {
    if (!condition.holds(request.context)) return condition
  }
  return principal === 'itself' ? 'matches' : 'matches the account'
}

export function isMatch(outcome: StatementOutcome): boolean {
  return outcome === 'matches' || outcome === 'matches the account'
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
  let result = NONE
  for (let index = 0; index < policy.statements.length; index++) {
    const statement = policy.statements[index]
    if (!statement) break
    const outcome = matchStatement(statement, request)
    onStatement?.(statement, index, outcome)
    if (isMatch(outcome)) result = stronger(result, statement.effect, outcome === 'matches', index)
    if (result.effect === 'Deny' && !onStatement) break
  }
  return result
}

/** The first denial, else the first direct permission, else the first permission. */
function stronger(result: PolicyOutcome, effect: Effect, direct: boolean, statement: number): PolicyOutcome {
  if (result.effect === 'Deny') return result
  if (effect === 'Deny') return { effect, direct, statement }
  if (result.effect === 'Allow' && (result.direct || !direct)) return result
  return { effect, direct, statement }
}
