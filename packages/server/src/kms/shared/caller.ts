import { accountOf, arnOf, arnsOf, entityOf } from '../../access/principal.ts'
import type { KmsCaller } from './kms-service.ts'

/** The ARNs that a grant may name the caller by; the first is the caller's own. */
export function callerArns({ principal }: Pick<KmsCaller, 'principal'>): readonly string[] {
  if (principal.kind === 'service') return [principal.service]
  const account = accountOf(principal)
  return principal.kind === 'account' && account ? [arnOf(account)] : arnsOf(principal)
}

/** What a grant may have kept the caller by: the unique id of the user or role that it is or is a session of, too. */
export function grantNames(caller: Pick<KmsCaller, 'principal'>): readonly string[] {
  const { principal } = caller
  const id = principal.kind === 'user' ? principal.id : entityOf(principal)?.id
  return id === undefined ? callerArns(caller) : [...callerArns(caller), id]
}
