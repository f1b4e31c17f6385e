import type { Soon } from '../../../base/soon.ts'
import type { AccessTarget } from '../service/access-target.ts'
import type { OperationContext } from '../service/operation.ts'
import { GET_OBJECT } from './get-object-rule.ts'

/**
 * Throws AccessDenied where `If-Match` of a write or deletion names an entity tag and the caller may not read the object:
 * an answer would tell whether a guess of its content is right. To be asked before anything else is looked at. `*` alone
 * is no guess and wants nothing. Sources: S3 User Guide, "Enforce conditional writes on Amazon S3 buckets", example 2,
 * and "Enforce conditional deletes on Amazon S3 buckets", examples 1 and 2.
 */
export function authorizeMatch(
  context: Pick<OperationContext, 'authorize'>,
  target: AccessTarget,
  ifMatch: string | undefined,
): Soon<unknown> {
  if (ifMatch !== undefined && ifMatch.trim() !== '*') return context.authorize(GET_OBJECT, target)
  return undefined
}
