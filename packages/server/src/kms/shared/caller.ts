import { accountOf, arnOf, arnsOf, entityOf } from '../../access/principal.ts'
import type { OwnSide } from '../../access/own-side.ts'
import type { KmsCaller } from './kms-service.ts'

/** The ARNs that a grant may name the caller by; the first is the caller's own. */
export function callerArns({ principal }: Pick<KmsCaller, 'principal'>): readonly string[] {
  if (principal.kind === 'service') return [principal.service]
  const account = accountOf(principal)
  return principal.kind === 'account' && account ? [arnOf(account)] : arnsOf(principal)
}

/**
 * What a grant may have kept the caller by, the unique id of a user or role too. Boundary and session policies narrow what is
 * given to the role or user of a session, not what is given to a user or session itself, as with key policies.
 */
export function grantNames(
  caller: Pick<KmsCaller, 'principal'>,
  { isWithinLimits }: Pick<OwnSide, 'isWithinLimits'>,
): readonly string[] {
  const { principal } = caller
  const arns = callerArns(caller)
  if (principal.kind === 'user') return [...arns, principal.id]
  if (!isWithinLimits) return arns.slice(0, 1)
  const entity = entityOf(principal)
  return entity ? [...arns, entity.id] : arns
}
