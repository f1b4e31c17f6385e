import { JsonFault, readJson } from '../../base/read-json.ts'
import { checkIamStatement } from './check-iam-statement.ts'
import { type Elements, isElements } from './elements.ts'
import { parsePolicy } from './parse-policy.ts'
import type { IamPolicyKind, Policy } from './policy.ts'
import { refuseImpossibleDates } from './possible-dates.ts'
import { PolicyError } from './policy-error.ts'

/** "IAM does not count white space when calculating the size of a policy." */
export function policyCharacters(text: string): number {
  return text.replaceAll(/\s/g, '').length
}

/**
 * Compiles a policy that is to be kept. Throws a PolicyError with IAM's message for MalformedPolicyDocument where the text
 * is no policy of its kind. Sources: IAM User Guide, "Grammar of the IAM JSON policy language" and "Troubleshoot IAM
 * policies"; the messages are those that people report of IAM.
 */
export function parseIamPolicy(text: string, kind: IamPolicyKind): Policy {
  const { Version, Statement } = elementsOf(text)
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17') {
    throw new PolicyError('The policy must contain a valid version string.')
  }
  const statements: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement]
  if (statements.length === 0) throw malformed()
  for (const statement of statements) checkIamStatement(statement, kind)
  try {
    const policy = parsePolicy(text, { kind })
    refuseImpossibleDates(policy)
    return policy
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause
    if (cause.principal !== undefined) {
      throw new PolicyError(`Invalid principal in policy: ${cause.principal}`, { cause })
    }
    throw IN_OWN_WORDS.test(cause.message) ? cause : malformed(cause)
  }
}

/** Of a policy's text: whether it is of the version that knows variables. */
export function isOfNewerVersion(text: string): boolean {
  return elementsOf(text)['Version'] === '2012-10-17'
}

/** What IAM says in the words of others; all else is an error of syntax. */
const IN_OWN_WORDS = /^(?:Invalid Condition type|Statement IDs|Allow with NotPrincipal)/

function elementsOf(text: string): Elements {
  try {
    const elements = readJson(text)
    if (isElements(elements)) return elements
  } catch (cause) {
    if (!(cause instanceof JsonFault)) throw cause
    throw malformed(cause)
  }
  throw malformed()
}

/** What IAM has no better word for. */
function malformed(cause?: unknown): PolicyError {
  return new PolicyError('Syntax errors in policy.', { cause })
}
