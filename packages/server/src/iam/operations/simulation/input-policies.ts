import type { NamedPolicy, PolicyHolder } from '../../../access/caller.ts'
import { parseIamPolicy } from '../../../access/policy/parse-iam-policy.ts'
import { parsePolicy } from '../../../access/policy/parse-policy.ts'
import type { Policy } from '../../../access/policy/policy.ts'
import { PolicyError } from '../../../access/policy/policy-error.ts'
import { invalidInput } from '../../shared/invalid-input.ts'

/** Whose the policies are that come with a request. */
const OF_REQUEST: PolicyHolder = { kind: 'session', name: 'simulation' }

/** Named as answers have them, `PolicyInputList.1` say. Throws InvalidInput where one is no policy. */
export function inputPolicies(
  list: readonly string[] = [],
  name = 'PolicyInputList',
): readonly NamedPolicy[] {
  return list.map((text, index) => {
    const own = `${name}.${index + 1}`
    return { name: own, of: OF_REQUEST, policy: parsed(own, () => parseIamPolicy(text, 'identity')) }
  })
}

/** There can be one. Throws InvalidInput. */
export function inputBoundary(list: readonly string[] = []): NamedPolicy | undefined {
  if (list.length > 1) throw invalidInput('Only one permissions boundary can be simulated at a time.')
  return inputPolicies(list, 'PermissionsBoundaryPolicyInputList')[0]
}

export function isOfRequest({ of }: NamedPolicy): boolean {
  return of === OF_REQUEST
}

/**
 * The policy of all the resources. Throws InvalidInput where it is none, or is not about each of them: "it must be applicable
 * to all of the resources included in the simulation".
 */
export function resourcePolicyOf(text: string, resources: readonly string[]): Policy {
  const kinds = new Set(resources.map(ownerKind))
  const [first, ...others] = [...kinds].map((kind) => parsed('ResourcePolicy', () => parsedFor(text, kind)))
  if (first && others.length === 0) return first
  throw invalidInput('ResourcePolicy is not applicable to all of the resources.')
}

/** What decides of which kind the policy of a resource is, and for which bucket. */
function ownerKind(resource: string): string {
  const [, bucket] = /^arn:aws:s3:::([^/]+)/.exec(resource) ?? []
  if (bucket !== undefined) return bucket
  return /^arn:aws:iam::\d{12}:role\//.test(resource) ? TRUST : OTHER
}

// No bucket has such a name.
const TRUST = ':trust'
const OTHER = ':other'

function parsedFor(text: string, kind: string): Policy {
  if (kind === TRUST) return parsePolicy(text, { kind: 'trust' })
  // What all other services have is as free as the policies of keys.
  return kind === OTHER
    ? parsePolicy(text, { kind: 'key' })
    : parsePolicy(text, { kind: 'bucket', bucket: kind })
}

function parsed(name: string, parse: () => Policy): Policy {
  try {
    return parse()
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause
    throw invalidInput(`${name} is no valid policy: ${cause.message}`, { cause })
  }
}
