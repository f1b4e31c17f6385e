import { evaluatePolicy } from '../../access/policy/evaluate-policy.ts'
import { parsePolicy } from '../../access/policy/parse-policy.ts'
import { PolicyError } from '../../access/policy/policy-error.ts'
import type { Policy } from '../../access/policy/policy.ts'
import { conditionContext, isConditionKey } from './condition-keys.ts'
import { KmsError } from './kms-error.ts'
import type { KmsContext } from './kms-service.ts'

/**
 * Checks a policy that is to become a key's. Throws MalformedPolicyDocumentException where it is none, where it looks at a
 * condition key that no request has, or where it would lock its author out, unless `bypassLockoutCheck`. `arn`: of the key,
 * where there is one already.
 */
export function checkKeyPolicy(
  { service, caller }: KmsContext,
  text: string,
  { bypassLockoutCheck, arn = '*' }: { readonly bypassLockoutCheck: boolean; readonly arn?: string },
): void {
  const policy = parsed(text)
  const strange = [...policy.conditionKeys].find((key) => !isConditionKey(key))
  if (strange !== undefined) throw malformed(`The condition key ${strange} is not supported here.`)
  if (bypassLockoutCheck) return
  const context = conditionContext(service, caller, caller.accountId)
  const request = { principal: caller.principal, action: 'kms:putkeypolicy', resource: arn, context }
  if (evaluatePolicy(policy, request).effect === 'Allow') return
  throw malformed('The new key policy will not allow you to update the key policy in the future.')
}

function malformed(message: string, cause?: unknown): KmsError {
  return new KmsError('MalformedPolicyDocumentException', message, { cause })
}

function parsed(text: string): Policy {
  try {
    return parsePolicy(text, { kind: 'key' })
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause
    throw malformed(cause.message, cause)
  }
}
