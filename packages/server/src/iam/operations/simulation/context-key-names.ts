import type { NamedPolicy } from '../../../access/caller.ts'
import { statementKeys } from '../../../access/policy/statement-keys.ts'

/** The keys that policies look at, each once, however they are spelt. */
export function contextKeyNames(policies: readonly (NamedPolicy | undefined)[]): readonly string[] {
  const names = new Map<string, string>()
  for (const { resource, condition } of policies.flatMap((named) =>
    named ? statementKeys(named.policy.text) : [],
  )) {
    for (const name of [...resource, ...condition]) {
      if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name)
    }
  }
  return [...names.values()]
}
