import type { NamedPolicy } from '../../../access/caller.ts'
import { compileGlobs } from '../../../access/policy/glob.ts'
import { ANY, STAR } from '../../../access/policy/glob-part.ts'
import type { PolicyIdentifier } from '../../../model/iam-types.gen.ts'
import { invalidInput } from '../../shared/invalid-input.ts'
import { sourceTypeOf } from './policy-sources.ts'

const TYPES: ReadonlySet<string> = new Set([
  'aws-managed',
  'inline',
  'permission-boundary',
  'rcp',
  'scp',
  'user-managed',
])

export const BOUNDARY = 'permission-boundary'

/**
 * Whether a policy is left out of a simulation. Those that nothing has are passed over. Throws InvalidInput for what names
 * nothing, at once. Source: IAM API Reference, SimulatePrincipalPolicy, `PolicyExclusionList`.
 */
export function exclusionOf(identifiers: readonly PolicyIdentifier[] = []): (policy: NamedPolicy) => boolean {
  const tests = identifiers.map(testOf)
  return (policy) => tests.some((isMeant) => isMeant(policy))
}

/** Whether the boundary is left out. */
export function excludesBoundary(identifiers: readonly PolicyIdentifier[] = []): boolean {
  return identifiers.some(({ PolicyType }) => PolicyType === BOUNDARY)
}

function testOf({ PolicyType, PolicyArn, InlinePolicyIdentifier: inline }: PolicyIdentifier) {
  if ([PolicyType, PolicyArn, inline].filter((member) => member !== undefined).length !== 1) {
    throw invalidInput(
      'Each of PolicyExclusionList has one of PolicyType, PolicyArn and InlinePolicyIdentifier.',
    )
  }
  if (PolicyArn !== undefined) return arnTest(PolicyArn)
  if (PolicyType !== undefined) return typeTest(PolicyType)
  const { PolicyName, AttachmentType, AttachmentName = '' } = inline ?? {}
  const isHolder = wildcards(AttachmentName)
  return ({ name, of }: NamedPolicy): boolean =>
    !isManaged(name) && name === PolicyName && of.kind === AttachmentType && isHolder(of.name)
}

function typeTest(type: string): (policy: NamedPolicy) => boolean {
  if (!TYPES.has(type)) throw invalidInput(`There is no such PolicyType: ${type}`)
  return (policy) => (type === 'inline' ? !isManaged(policy.name) : sourceTypeOf(policy) === type)
}

function arnTest(arn: string): (policy: NamedPolicy) => boolean {
  const [, account, name = ''] = /^arn:aws:iam::(aws|\d{12}):policy\/(.+)$/.exec(arn) ?? []
  if (account === undefined) throw invalidInput(`It is no ARN of a policy: ${arn}`)
  const isName = wildcards(name)
  const start = `arn:aws:iam::${account}:policy/`
  return (policy) => policy.name.startsWith(start) && isName(policy.name.slice(start.length))
}

function isManaged(name: string): boolean {
  return name.startsWith('arn:')
}

/** "At most one `*` and any number of `?`". */
function wildcards(pattern: string): (text: string) => boolean {
  if (pattern.split('*').length > 2) throw invalidInput(`There can be one * at most: ${pattern}`)
  const parts = Array.from(pattern, (character) =>
    character === '*' ? STAR : character === '?' ? ANY : character,
  )
  return compileGlobs([parts])
}
