import { parseIamPolicy } from '../access/policy/parse-iam-policy.ts'
import { PolicyError } from '../access/policy/policy-error.ts'
import { QueryError } from '../model/query-error.ts'

/** Throws MalformedPolicyDocument unless a text is an identity policy. */
export function checkPolicyDocument(text: string): void {
  try {
    parseIamPolicy(text, 'identity')
  } catch (cause) {
    throw malformedPolicy(cause)
  }
}

/** What is wrong with a policy, in IAM's words; anything else is as it was. */
export function malformedPolicy(cause: unknown): unknown {
  if (!(cause instanceof PolicyError)) return cause
  const { message, principal } = cause
  const named = principal === undefined || message.includes(principal) ? '' : `: ${principal}`
  return new QueryError('MalformedPolicyDocument', `${message}${named}`, { cause })
}
