import type { NamedPolicy, PolicyHolder } from '../access/caller.ts'
import { parsePolicy } from '../access/policy/parse-policy.ts'
import type { IamEntityRow } from '../metadata/tables/iam-tables.ts'

/** The inline policies of a user, a group or a role, compiled. */
export function inlinePolicies(
  { inlinePolicies: texts = {} }: IamEntityRow,
  of: PolicyHolder,
): readonly NamedPolicy[] {
  return Object.entries(texts).map(([name, text]) => compiled(name, text, of))
}

export function compiled(name: string, text: string, of: PolicyHolder): NamedPolicy {
  return { name, of, policy: parsePolicy(text, { kind: 'identity' }) }
}
