import type { ContextKeys } from '../../../access/request-context.ts'
import { callerOf } from '../../../access/caller.ts'
import type { VerifiedToken } from '../../../federation/identity-providers.ts'
import type { TokenClaims } from '../../../federation/token-claims.ts'
import type { SigningCaller } from '../../../identities/signing-caller.ts'
import type { SessionsProvider } from '../../../identities/session-token.ts'
import { QueryError } from '../../../model/query-error.ts'
import type { StsService } from '../../shared/sts-service.ts'
import { type AssumableRole, assertTrust, type AskedSession, findRole } from './trusting-role.ts'
import type { AccountsProvider } from './trusted-provider.ts'

const ACTION = 'sts:AssumeRoleWithWebIdentity'

interface WebIdentityRequest {
  readonly provider: AccountsProvider
  readonly claims: VerifiedToken
  readonly asked: AskedSession
}

/** The role, if it trusts whom the provider vouches for. Throws AccessDenied where there is none as well. */
export async function roleForWebIdentity(
  service: StsService,
  conditions: SigningCaller['conditions'],
  { provider, claims, asked }: WebIdentityRequest,
): Promise<AssumableRole> {
  const role = await findRole(service, asked.RoleArn)
  if (!role) throw new QueryError('AccessDenied', `Not authorized to perform ${ACTION}`)
  const keys = { ...conditions, ...keysInTrust(provider, claims) }
  const caller = {
    ...callerOf({ kind: 'web-identity', provider: provider.arn }),
    account: role.account,
    conditions: keys,
  }
  assertTrust(service, caller, role, ACTION, asked)
  return role
}

/** Source: IAM User Guide, "IAM and AWS STS condition context keys", "Available keys for AWS OIDC federation". */
export function keysInTrust(provider: Pick<AccountsProvider, 'address'>, claims: VerifiedToken): ContextKeys {
  const { address } = provider
  return {
    ...keysInSession(provider, claims),
    ...Object.fromEntries(
      Object.entries(claims.ofProvider).map(([name, value]) => [`${address}:${name}`, value]),
    ),
    [`${address}:oaud`]: claims.audiences,
    [`${address}:email`]: claims.email,
    'sts:RoleAuthorizedByIdp': String(claims.roles !== undefined),
  }
}

/** Those that the session has too. Source: the same, "Available in session". */
export function keysInSession(
  { address }: Pick<AccountsProvider, 'address'>,
  { client, subject, methods }: TokenClaims,
): SessionsProvider['keys'] {
  return {
    [`${address}:aud`]: client,
    [`${address}:sub`]: subject,
    ...(methods.length > 0 && { [`${address}:amr`]: methods }),
  }
}
