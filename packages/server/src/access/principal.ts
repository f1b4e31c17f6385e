import type { Account } from './accounts.ts'

/** Who sends a request. */
export type Principal =
  | { readonly kind: 'anonymous' }
  /** The account itself (its root user). */
  | { readonly kind: 'account'; readonly account: Account }
  | User
  | AssumedRole
  | FederatedUser
  /** One of the server's own workers, for example `logging.s3.amazonaws.com`. */
  | { readonly kind: 'service'; readonly service: string }
  | WebIdentity

/** An IAM user. */
export interface User {
  readonly kind: 'user'
  readonly account: Account
  /** Unique for ever, unlike the name. */
  readonly id: string
  /** With the path: `division/team/name` or `name`. */
  readonly name: string
}

/** A session of a role. */
export interface AssumedRole {
  readonly kind: 'assumed-role'
  readonly account: Account
  readonly roleId: string
  /** With the path. */
  readonly roleName: string
  readonly sessionName: string
  /** The identity provider that vouched for the session, if one did. */
  readonly provider?: string | undefined
}

/** A session that GetFederationToken began. */
export interface FederatedUser {
  readonly kind: 'federated-user'
  readonly account: Account
  readonly name: string
  /** Who began it; absent where it was the root user. */
  readonly user?: User | undefined
}

/** Somebody for whom an identity provider vouches, and who is of no account yet: as trust policies see them. */
export interface WebIdentity {
  readonly kind: 'web-identity'
  /** The provider's ARN. */
  readonly provider: string
}

/** Who writes to the LogDelivery group's buckets. */
export const LOG_DELIVERY_SERVICE = 'logging.s3.amazonaws.com'

/** The account that owns log objects where the bucket has ACLs; S3's own id. No account has it. */
export const LOG_DELIVERY_CANONICAL_ID = '3272ee65a908a7677109fedda345db8d9554ba26398b2ca10581de88777e2b61'

/** What S3 calls the owner of what an anonymous request wrote. No account has this id. */
export const ANONYMOUS_CANONICAL_ID = '65a011a29cdf8ec533ec3d1ccaae921c'

export const anonymous: Principal = { kind: 'anonymous' }

/** The account a principal acts for; `undefined` for an anonymous one and for a service. */
export function accountOf(principal: Principal): Account | undefined {
  return 'account' in principal ? principal.account : undefined
}

/** The id that ACLs know a principal by: its account's. */
export function canonicalIdOf(principal: Principal): string | undefined {
  if (principal.kind === 'anonymous') return ANONYMOUS_CANONICAL_ID
  return accountOf(principal)?.canonicalId
}

/** What is unique of a principal for ever, as `aws:userid` has it; `undefined` for an anonymous one and for a service. */
export function userIdOf(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'account':
      return principal.account.id
    case 'user':
      return principal.id
    case 'assumed-role':
      return `${principal.roleId}:${principal.sessionName}`
    case 'federated-user':
      return `${principal.account.id}:${principal.name}`
    case 'anonymous':
    case 'service':
    case 'web-identity':
      return undefined
  }
}

/** The account's ARN, as policies and answers name it. */
export function arnOf(account: Account): string {
  return `arn:aws:iam::${account.id}:root`
}

/**
 * The ARNs that name a principal itself, apart from its account's: the first is its own, the others are of what it is
 * a session of.
 */
export function arnsOf(principal: Principal): readonly string[] {
  const own = ownArnOf(principal)
  if (own === undefined) return []
  const entity = entityOf(principal)
  return entity ? [own, entity.arn] : [own]
}

/** The ARN of a user or session; `undefined` for all who have none but their account's. */
export function ownArnOf(principal: User | AssumedRole | FederatedUser): string
export function ownArnOf(principal: Principal): string | undefined
export function ownArnOf(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'user':
      return `arn:aws:iam::${principal.account.id}:user/${principal.name}`
    case 'assumed-role':
      return `arn:aws:sts::${principal.account.id}:assumed-role/${withoutPath(principal.roleName)}/${principal.sessionName}`
    case 'federated-user':
      return `arn:aws:sts::${principal.account.id}:federated-user/${principal.name}`
    case 'anonymous':
    case 'account':
    case 'service':
    case 'web-identity':
      return undefined
  }
}

/** The role or user that a session is of. */
export function entityOf(principal: Principal): { readonly arn: string; readonly id: string } | undefined {
  if (principal.kind === 'assumed-role') {
    return { arn: `arn:aws:iam::${principal.account.id}:role/${principal.roleName}`, id: principal.roleId }
  }
  if (principal.kind !== 'federated-user' || !principal.user) return undefined
  return { arn: ownArnOf(principal.user), id: principal.user.id }
}

/** A friendly name, of one that has a path. */
export function withoutPath(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}
