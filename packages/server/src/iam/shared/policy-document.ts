import { isOfNewerVersion, parseIamPolicy, policyCharacters } from '../../access/policy/parse-iam-policy.ts'
import { checkPolicyDocument, malformedPolicy } from '../../identities/check-policy-document.ts'
import { keptPolicyText } from '../../identities/policy-principals.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import type { IamEntityRow } from '../../metadata/tables/iam-tables.ts'
import { QueryError } from '../../model/query-error.ts'
import { QUOTAS } from './quotas.ts'

/**
 * A trust policy as it is kept, users and roles named by their unique ids. Throws MalformedPolicyDocument where it is none, or
 * names somebody whom there is not.
 */
export async function keptTrustPolicy(metadata: OrderedStore, text: string): Promise<string> {
  if (policyCharacters(text) > QUOTAS.AssumeRolePolicySizeQuota) {
    throw new QueryError(
      'LimitExceeded',
      `Cannot exceed quota for ACLSizePerRole: ${QUOTAS.AssumeRolePolicySizeQuota}`,
    )
  }
  try {
    return await keptPolicyText(metadata, parseIamPolicy(text, 'trust'), text)
  } catch (cause) {
    throw malformedPolicy(cause)
  }
}

/**
 * Throws MalformedPolicyDocument unless a text is an identity policy of the newer version, which IAM wants of managed ones, and
 * LimitExceeded for one that is too long to be managed.
 */
export function checkManagedPolicy(text: string): void {
  if (policyCharacters(text) > QUOTAS.PolicySizeQuota) {
    throw new QueryError('LimitExceeded', `Cannot exceed quota for PolicySize: ${QUOTAS.PolicySizeQuota}`)
  }
  checkPolicyDocument(text)
  if (isOfNewerVersion(text)) return
  const message = 'Policy document must be version 2012-10-17 or greater.'
  throw new QueryError('MalformedPolicyDocument', message)
}

/** As answers show a policy. Source: IAM API Reference, GetUserPolicy: URL-encoded as RFC 3986 has it. */
export function shownPolicy(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** With white space, which is kept and read with every row: as much as one policy may have. Source: IAM API Reference, PutUserPolicy. */
const MOST_TEXT_CHARACTERS = 131_072

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
  const texts = Object.values(policies).join('')
  if (policyCharacters(texts) <= mostCharacters && texts.length <= MOST_TEXT_CHARACTERS) return policies
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
