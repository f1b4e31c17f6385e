import { isElements } from './elements.ts'
import type { Policy } from './policy.ts'

/** Users and roles that a policy names in Principal or NotPrincipal; accounts and sessions are no matter here. */
export interface NamedPrincipals {
  readonly arns: ReadonlySet<string>
  readonly uniqueIds: ReadonlySet<string>
}

export function namedPrincipals({ statements }: Policy): NamedPrincipals {
  const names = statements.flatMap(({ principal }) => principal?.names ?? [])
  const arns = names.flatMap((of) => [...of.arns]).filter((arn) => arn.startsWith('arn:aws:iam:'))
  return { arns: new Set(arns), uniqueIds: new Set(names.flatMap(({ uniqueIds }) => [...uniqueIds])) }
}

/**
 * The text of a policy, which is valid, with other names for some of its principals. It stays as it is where nobody is
 * called otherwise.
 */
export function withNames(text: string, names: ReadonlyMap<string, string>): string {
  if (names.size === 0) return text
  const policy = JSON.parse(text) as { Statement: unknown }
  for (const statement of [policy.Statement].flat()) {
    if (!isElements(statement)) continue
    for (const element of [statement['Principal'], statement['NotPrincipal']]) {
      if (isElements(element) && 'AWS' in element)
        Object.assign(element, { AWS: renamed(element['AWS'], names) })
    }
  }
  return JSON.stringify(policy)
}

function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((name) => renamed(name, names))
  return typeof value === 'string' ? (names.get(value) ?? value) : value
}
