import { evaluatePolicy } from '../../access/policy/evaluate-policy.ts'
import { parsePolicy } from '../../access/policy/parse-policy.ts'
import { PolicyError } from '../../access/policy/policy-error.ts'
import { refuseImpossibleDates } from '../../access/policy/possible-dates.ts'
import type { Policy } from '../../access/policy/policy.ts'
import { conditionContext, isConditionKey } from './condition-keys.ts'
import { KmsError } from './kms-error.ts'
import type { KmsContext, KmsService } from './kms-service.ts'
import { keptPolicyText } from '../../identities/policy-principals.ts'

/** Source: AWS KMS Developer Guide, "Resource quotas"; beyond it "KMS returns a LimitExceededException", says CreateKey of the API Reference. */
const MOST_BYTES = 32_768

/**
 * Checks a policy that is to become a key's, and gives its text as it is kept. Throws MalformedPolicyDocumentException where
 * it is none, where it names a user whom there is not, where it looks at a condition key that no request has, or where it
 * would lock its author out, unless `bypassLockoutCheck`. `arn`: of the key, where there is one already.
 */
export async function checkedKeyPolicy(
  { service, caller }: KmsContext,
  text: string,
  { bypassLockoutCheck, arn = '*' }: { readonly bypassLockoutCheck: boolean; readonly arn?: string },
): Promise<string> {
  if (Buffer.byteLength(text) > MOST_BYTES)
    throw new KmsError('LimitExceededException', `A key policy has at most ${MOST_BYTES} bytes.`)
  const policy = parsed(text)
  const strange = [...policy.conditionKeys].find((key) => !isConditionKey(key))
  if (strange !== undefined) throw malformed(`The condition key ${strange} is not supported here.`)
  const kept = await keptText(service, policy, text)
  if (bypassLockoutCheck) return kept
  const context = conditionContext(service, caller, caller.accountId)
  const request = { principal: caller.principal, action: 'kms:putkeypolicy', resource: arn, context }
  if (evaluatePolicy(policy, request).effect === 'Allow') return kept
  throw malformed('The new key policy will not allow you to update the key policy in the future.')
}

async function keptText({ metadata }: KmsService, policy: Policy, text: string): Promise<string> {
  try {
    return await keptPolicyText(metadata, policy, text)
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause
    throw malformed('Policy contains a statement with one or more invalid principals.', cause)
  }
}

function malformed(message: string, cause?: unknown): KmsError {
  return new KmsError('MalformedPolicyDocumentException', message, { cause })
}

function parsed(text: string): Policy {
  try {
    const policy = parsePolicy(text, { kind: 'key' })
    refuseImpossibleDates(policy)
    return policy
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause
    throw malformed(cause.message, cause)
  }
}
