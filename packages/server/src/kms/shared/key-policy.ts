import { evaluatePolicy } from '../../access/policy/evaluate-policy.ts'
import { parsePolicy } from '../../access/policy/parse-policy.ts'
import { PolicyError } from '../../access/policy/policy-error.ts'
import type { Policy } from '../../access/policy/policy.ts'
import { RequestContext } from '../../access/request-context.ts'
import { KmsError } from './kms-error.ts'
import type { KmsCaller } from './kms-service.ts'

/**
 * Checks a policy that is to become a key's. Throws MalformedPolicyDocumentException where it is none, or where it would
 * lock its author out, unless `bypassLockoutCheck`.
 */
export function checkKeyPolicy(caller: KmsCaller, text: string, bypassLockoutCheck: boolean): void {
  const policy = parsed(text)
  if (bypassLockoutCheck) return
  const request = {
    principal: caller.principal,
    action: 'kms:putkeypolicy',
    resource: '*',
    context: RequestContext.of({ ...caller.conditions, 'kms:CallerAccount': caller.accountId }),
  }
  if (evaluatePolicy(policy, request).effect === 'Allow') return
  const message = 'The new key policy will not allow you to update the key policy in the future.'
  throw new KmsError('MalformedPolicyDocumentException', message)
}

function parsed(text: string): Policy {
  try {
    return parsePolicy(text, { kind: 'key' })
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause
    throw new KmsError('MalformedPolicyDocumentException', cause.message, { cause })
  }
}
