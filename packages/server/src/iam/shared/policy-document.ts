import { parseIamPolicy, policyCharacters } from '../../access/policy/parse-iam-policy.ts'
import { PolicyError } from '../../access/policy/policy-error.ts'
import type { IamEntityRow } from '../../metadata/tables/iam-tables.ts'
import { QueryError } from '../../model/query-error.ts'

/** Throws MalformedPolicyDocument unless a text is an identity policy. */
export function checkPolicyDocument(text: string): void {
  try {
    parseIamPolicy(text, 'identity')
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause
    throw new QueryError('MalformedPolicyDocument', cause.message, { cause })
  }
}

/** As answers show a policy. Source: IAM API Reference, GetUserPolicy: URL-encoded as RFC 3986 has it. */
export function shownPolicy(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/**
 * All inline policies with one more or another. `mostCharacters`: of them together, without white space. Source: IAM User
 * Guide, "IAM and AWS STS quotas".
 */
export function withInlinePolicy(
  before: Readonly<Record<string, string>>,
  { PolicyName, PolicyDocument }: { readonly PolicyName: string; readonly PolicyDocument: string },
  holder: string,
  mostCharacters: number,
): Readonly<Record<string, string>> {
  checkPolicyDocument(PolicyDocument)
  const policies = { ...before, [PolicyName]: PolicyDocument }
  const characters = policyCharacters(Object.values(policies).join(''))
  if (characters <= mostCharacters) return policies
  const message = `Maximum policy size of ${mostCharacters} bytes exceeded for ${holder}`
  throw new QueryError('LimitExceeded', message)
}

type Holder = 'user' | 'group' | 'role'

/** Throws NoSuchEntity where there is none of the name. */
export function inlinePolicy(
  { inlinePolicies = {} }: Pick<IamEntityRow, 'inlinePolicies'>,
  name: string,
  holder: Holder,
): string {
  const text = Object.hasOwn(inlinePolicies, name) ? inlinePolicies[name] : undefined
  if (text !== undefined) return text
  throw new QueryError('NoSuchEntity', `The ${holder} policy with name ${name} cannot be found.`)
}

/** Throws NoSuchEntity where there is none of the name. */
export function withoutInlinePolicy(
  row: Pick<IamEntityRow, 'inlinePolicies'>,
  name: string,
  holder: Holder,
): Readonly<Record<string, string>> {
  inlinePolicy(row, name, holder)
  return Object.fromEntries(Object.entries(row.inlinePolicies ?? {}).filter(([other]) => other !== name))
}
