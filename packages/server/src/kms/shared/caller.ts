import { accountOf, arnOf, arnsOf } from '../../access/principal.ts'
import type { KmsCaller } from './kms-service.ts'

/** The ARNs that a grant may name the caller by; the first is the caller's own. */
export function callerArns({ principal }: Pick<KmsCaller, 'principal'>): readonly string[] {
  if (principal.kind === 'service') return [principal.service]
  const account = accountOf(principal)
  return principal.kind === 'account' && account ? [arnOf(account)] : arnsOf(principal)
}
