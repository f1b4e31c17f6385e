import { someOwnPolicy } from './caller.ts'
import type { Decision } from './decision.ts'
import type { Evidence } from './evidence.ts'
import { accountOf, arnOf, ownArnOf } from './principal.ts'
import { isExplicitDenial } from './reason.ts'
import { whyDenied } from './why-denied.ts'

/** Of actions that are about nothing but the account. */
const NO_RESOURCE = 'arn:aws:s3:::*'

/**
 * What a refused caller is told within its own account: who may not do what, and which kind of policy it is. Nobody else is
 * told anything of it. Source: S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors in Amazon S3", "Access
 * denied message examples".
 */
export function tellDenial(evidence: Evidence, decision: Decision): string | undefined {
  const { caller, action, resource } = evidence
  const account = accountOf(caller.principal)
  if (decision.allowed || !account || !isWithin(account.id, evidence) || looksAtObject(evidence))
    return undefined
  // Last: the reasons cost as much as the decision, and strangers are told none.
  const { reasons } = decision
  // No policy has to allow a root user anything.
  const isOfPolicies = caller.principal.kind !== 'account' || reasons.some(isExplicitDenial)
  const why = isOfPolicies ? whyDenied(caller, action, reasons) : undefined
  if (why === undefined) return undefined
  const who = ownArnOf(caller.principal) ?? arnOf(account)
  const where = resource === NO_RESOURCE ? '' : ` on resource: "${resource}"`
  return `User: ${who} is not authorized to perform: ${action}${where} ${why}`
}

/** By the bucket's account, and not by the object's: the message is not to tell whose object there is. */
function isWithin(accountId: string, { bucket, accessPoint, bySession, rule }: Evidence): boolean {
  if (bySession !== undefined) return false
  if (accessPoint && accessPoint.ownerAccountId !== accountId) return false
  return bucket ? bucket.ownerAccountId === accountId : rule.on === 'account'
}

/** Where a policy asks for the tags of an object, what is told could tell as well that there is one. */
function looksAtObject({ caller, bucket, accessPoint }: Evidence): boolean {
  if (bucket?.policy?.looksAtObject || accessPoint?.policy?.looksAtObject) return true
  return someOwnPolicy(caller.policies, ({ policy }) => policy.looksAtObject)
}
