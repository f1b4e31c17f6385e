import type { Caller, CallersTraits, SessionTraits } from './caller.ts'
import { accountOf, arnOf, entityOf, ownArnOf, type Principal, userIdOf, withoutPath } from './principal.ts'
import { tagEntries } from './tag-entries.ts'

type Entry = readonly [key: string, value: string | readonly string[] | undefined]

/**
 * The condition keys that say who asks. Source: IAM User Guide, "AWS global condition context keys" and the table "Principal
 * key values" of "IAM policy elements: Variables and tags".
 */
export function principalKeys(
  { principal, traits }: Pick<Caller, 'principal' | 'traits'>,
  now: Date,
): Entry[] {
  const isService: Entry = ['aws:PrincipalIsAWSService', String(principal.kind === 'service')]
  if (principal.kind === 'service') return [isService, ['aws:PrincipalServiceName', principal.service]]
  // What an identity provider says of it are keys of that provider.
  if (principal.kind === 'web-identity') return [isService]
  const account = accountOf(principal)
  if (!account) return [isService, ['aws:PrincipalType', 'Anonymous'], ['aws:userid', 'anonymous']]
  return [
    isService,
    ['aws:PrincipalArn', principalArnOf(principal) ?? arnOf(account)],
    ['aws:PrincipalAccount', account.id],
    ['aws:PrincipalType', PRINCIPAL_TYPES[principal.kind]],
    ['aws:userid', userIdOf(principal)],
    ['aws:username', principal.kind === 'user' ? withoutPath(principal.name) : undefined],
    ...tagEntries('aws:PrincipalTag', traits.tags ?? []),
    ...mfaKeys(traits, now),
    ...(traits.session ? sessionKeys(traits.session) : []),
  ]
}

/** Of a role's session it is the role's ARN, of a federated one the session's own. */
function principalArnOf(principal: Principal): string | undefined {
  return principal.kind === 'assumed-role' ? entityOf(principal)?.arn : ownArnOf(principal)
}

const PRINCIPAL_TYPES: Readonly<Partial<Record<Principal['kind'], string>>> = {
  account: 'Account',
  user: 'User',
  'assumed-role': 'AssumedRole',
  'federated-user': 'FederatedUser',
}

/** Long-lived keys have none, unless a code comes with the request. Source: the first of the pages above. */
function mfaKeys({ mfaAt, session }: CallersTraits, now: Date): Entry[] {
  if (!mfaAt) return session ? [['aws:MultiFactorAuthPresent', 'false']] : []
  const ageSeconds = Math.max(0, Math.floor((now.getTime() - mfaAt.getTime()) / 1000))
  return [
    ['aws:MultiFactorAuthPresent', 'true'],
    ['aws:MultiFactorAuthAge', String(ageSeconds)],
  ]
}

function sessionKeys({ issuedAt, sourceIdentity, federatedProvider, more = {} }: SessionTraits): Entry[] {
  return [
    ['aws:TokenIssueTime', issuedAt.toISOString()],
    ['aws:SourceIdentity', sourceIdentity],
    ['aws:FederatedProvider', federatedProvider],
    ...Object.entries(more),
  ]
}
