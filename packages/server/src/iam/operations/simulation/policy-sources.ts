import type { NamedPolicy } from '../../../access/caller.ts'
import type { MatchedStatement } from '../../../access/simulate.ts'
import type { Policy } from '../../../access/policy/policy.ts'
import {
  type StatementPlace,
  statementPlaces,
  type TextPlace,
} from '../../../access/policy/statement-places.ts'
import type { PolicySourceType, Position, Statement } from '../../../model/iam-types.gen.ts'
import { isOfRequest } from './input-policies.ts'

interface PolicySource {
  readonly id: string
  readonly type: PolicySourceType
}

/** What answers call the policies of a simulation. */
export type PolicySources = ReadonlyMap<Policy, PolicySource>

export function policySources(
  policies: readonly (NamedPolicy | undefined)[],
  resourcePolicy: Policy | undefined,
): PolicySources {
  const sources = new Map<Policy, PolicySource>()
  for (const named of policies) {
    if (named) sources.set(named.policy, { id: idOf(named), type: sourceTypeOf(named) })
  }
  if (resourcePolicy) sources.set(resourcePolicy, { id: 'ResourcePolicy', type: 'resource' })
  return sources
}

/** Of managed policies the name without path. */
function idOf({ name }: NamedPolicy): string {
  return name.startsWith('arn:') ? name.slice(name.lastIndexOf('/') + 1) : name
}

/** Source: IAM API Reference, Statement: the valid values of `SourcePolicyType`. */
export function sourceTypeOf(policy: NamedPolicy): PolicySourceType {
  const { name, of } = policy
  if (isOfRequest(policy) || of.kind === 'session') return 'none'
  if (name.startsWith('arn:aws:iam::aws:')) return 'aws-managed'
  return name.startsWith('arn:') ? 'user-managed' : of.kind
}

/** As answers show statements, each once. */
export function shownStatements(
  statements: readonly MatchedStatement[],
  sources: PolicySources,
): readonly Statement[] {
  return statements.map(({ policy, index }) => {
    const source = sources.get(policy)
    const place = placesOf(policy)[index]
    return {
      ...(source && { SourcePolicyId: source.id, SourcePolicyType: source.type }),
      ...(place && { StartPosition: positionOf(place.start), EndPosition: positionOf(place.end) }),
    }
  })
}

const known = new WeakMap<Policy, readonly StatementPlace[]>()

/** Read once for all answers that name statements of a policy. */
function placesOf(policy: Policy): readonly StatementPlace[] {
  const places = known.get(policy) ?? statementPlaces(policy.text)
  known.set(policy, places)
  return places
}

function positionOf({ line, column }: TextPlace): Position {
  return { Line: line, Column: column }
}
