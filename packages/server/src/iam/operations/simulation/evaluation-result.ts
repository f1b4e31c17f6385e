import type { MatchedStatement, SimulatedOutcome, Verdict } from '../../../access/simulate.ts'
import type { Policy } from '../../../access/policy/policy.ts'
import type { EvaluationResult, ResourceSpecificResult } from '../../../model/iam-types.gen.ts'
import { type PolicySources, shownStatements } from './policy-sources.ts'
import { resourceTemplate } from './resource-template.ts'

interface OutcomeOfResource {
  readonly resource: string
  readonly outcome: SimulatedOutcome
}

/** The most restrictive first. */
const VERDICTS: readonly Verdict[] = ['explicitDeny', 'implicitDeny', 'allowed']

/**
 * What came of an action on each resource, and of all together: "the most restrictive decision across all resources". Source:
 * IAM API Reference, EvaluationResult and ResourceSpecificResult.
 */
export function evaluationResult(
  action: string,
  results: readonly OutcomeOfResource[],
  sources: PolicySources,
): EvaluationResult {
  const outcomes = results.map(({ outcome }) => outcome)
  const verdict = strictest(outcomes.map((outcome) => outcome.verdict))
  const decisive = outcomes.filter((outcome) => outcome.verdict === verdict)
  const isOfAll = results.every(({ resource }) => resource === '*')
  const details = detailsOf(outcomes)
  return {
    EvalActionName: action,
    EvalResourceName: resourceTemplate(action),
    EvalDecision: verdict,
    MatchedStatements: shownStatements(once(decisive.flatMap(({ matched }) => matched)), sources),
    MissingContextValues: [...new Set(outcomes.flatMap(({ missingKeys }) => missingKeys))],
    ...boundaryDetail(outcomes),
    // "If the simulation evaluates policies within the same account and includes a resource ARN, then the parameter is present
    // but the response is empty."
    ...(details ? { EvalDecisionDetails: details } : !isOfAll && { EvalDecisionDetails: {} }),
    ...(!isOfAll && { ResourceSpecificResults: results.map((result) => specificResult(result, sources)) }),
  }
}

function specificResult(
  { resource, outcome }: OutcomeOfResource,
  sources: PolicySources,
): ResourceSpecificResult {
  const details = detailsOf([outcome])
  return {
    EvalResourceName: resource,
    EvalResourceDecision: outcome.verdict,
    MatchedStatements: shownStatements(outcome.matched, sources),
    MissingContextValues: outcome.missingKeys,
    ...(details && { EvalDecisionDetails: details }),
    ...boundaryDetail([outcome]),
  }
}

function strictest(verdicts: readonly Verdict[]): Verdict {
  return VERDICTS.find((verdict) => verdicts.includes(verdict)) ?? 'implicitDeny'
}

function once(statements: readonly MatchedStatement[]): readonly MatchedStatement[] {
  const seen = new Map<Policy, Set<number>>()
  return statements.filter(({ policy, index }) => {
    const indexes = seen.get(policy) ?? new Set()
    if (indexes.has(index)) return false
    seen.set(policy, indexes.add(index))
    return true
  })
}

function boundaryDetail(outcomes: readonly SimulatedOutcome[]) {
  if (outcomes.some(({ isAllowedByBoundary }) => isAllowedByBoundary === undefined)) return {}
  const AllowedByPermissionsBoundary = outcomes.every(({ isAllowedByBoundary }) => isAllowedByBoundary)
  return { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary } }
}

/** What each account says, where there are two; named as the simulator names the kinds of policies. */
function detailsOf(outcomes: readonly SimulatedOutcome[]): Readonly<Record<string, Verdict>> | undefined {
  const sides = outcomes.flatMap((outcome) => outcome.sides ?? [])
  if (sides.length === 0) return undefined
  return {
    'IAM Policy': strictest(sides.map(({ own }) => own)),
    'Resource Policy': strictest(sides.map(({ resource }) => resource)),
  }
}
