import type { CallersPolicies, NamedPolicy, PolicyHolder } from '../access/caller.ts'
import { AWS_MANAGED_POLICIES } from '../access/managed-policies.ts'
import { parsePolicy } from '../access/policy/parse-policy.ts'
import type { IamEntityRow } from '../metadata/tables/iam-tables.ts'

/** Compiled once: they are the same for all who have them. */
const managed = new Map(
  AWS_MANAGED_POLICIES.map(({ arn, document }) => [arn, parsePolicy(document, { kind: 'identity' })]),
)

/** The inline and the attached policies of a user, a group or a role, compiled. */
export function identityPolicies(
  { inlinePolicies = {}, attachedPolicies = [] }: IamEntityRow,
  of: PolicyHolder,
): readonly NamedPolicy[] {
  const inline = Object.entries(inlinePolicies).map(([name, text]) => compiled(name, text, of))
  const attached = attachedPolicies.flatMap((name) => {
    const policy = managed.get(name)
    return policy ? [{ name, of, policy }] : []
  })
  return [...inline, ...attached]
}

/** What narrows a session, where its token carries a policy. */
export function sessionPolicies({
  name,
  policy,
}: {
  readonly name: string
  readonly policy?: string | undefined
}): Pick<CallersPolicies, 'session'> {
  return policy === undefined ? {} : { session: [compiled('inline', policy, { kind: 'session', name })] }
}

function compiled(name: string, text: string, of: PolicyHolder): NamedPolicy {
  return { name, of, policy: parsePolicy(text, { kind: 'identity' }) }
}
