import type { NamedPolicy } from './caller.ts'
import type { Condition, Policy, Statement } from './policy/policy.ts'
import {
  evaluatePolicy,
  isMatch,
  type PolicyOutcome,
  type PolicyRequest,
  type StatementOutcome,
} from './policy/evaluate-policy.ts'
import type { Reason } from './reason.ts'

/** Where a policy comes from: a resource, or the caller's own side. */
export type PolicySource =
  | { readonly source: 'bucket-policy' | 'access-point-policy' | 'key-policy' | 'trust-policy' }
  | {
      readonly source: 'identity-policy' | 'permissions-boundary' | 'session-policy'
      readonly named: Pick<NamedPolicy, 'name' | 'of'>
    }

/** Evaluates a policy; with `trace`, adds a reason for each of its statements. */
export function tracePolicy(
  policy: Policy,
  request: PolicyRequest,
  source: PolicySource,
  trace: Reason[] | undefined,
): PolicyOutcome {
  if (!trace) return evaluatePolicy(policy, request)
  return evaluatePolicy(policy, request, (statement, index, outcome) => {
    trace.push(statementReason(statement, index, source, isMatch(outcome), detailOf(outcome)))
  })
}

/** The reason that a policy's outcome is. */
export function outcomeReason(
  policy: Policy,
  outcome: PolicyOutcome,
  source: PolicySource,
): Reason | undefined {
  const statement = policy.statements[outcome.statement]
  if (!statement) return undefined
  const detail = statement.effect === 'Deny' ? 'denies the request' : 'allows the request'
  return statementReason(statement, outcome.statement, source, true, detail)
}

function statementReason(
  statement: Statement,
  index: number,
  source: PolicySource,
  matched: boolean,
  detail: string,
): Reason {
  const number = index + 1
  return {
    source: source.source,
    effect: statement.effect,
    matched,
    ...('named' in source && { policy: { name: source.named.name, of: source.named.of } }),
    statement: { number, sid: statement.sid },
    detail,
  }
}

function detailOf(outcome: StatementOutcome): string {
  if (typeof outcome !== 'string') return `the condition ${describeCondition(outcome)} does not hold`
  if (outcome === 'matches') return 'it matches'
  if (outcome === 'matches the entity') return 'it names what the caller is a session of'
  if (outcome === 'matches the account') return "it names the caller's account"
  return `it is about ${outcome.replace('other', 'another')}`
}

function describeCondition({ operator, key, values }: Condition): string {
  return `${operator} ${key} [${values.join(', ')}]`
}
