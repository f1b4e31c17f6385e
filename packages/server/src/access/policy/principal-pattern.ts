import { entityOf, ownArnOf, type Principal } from '../principal.ts'

/**
 * How a principal is named: itself, or as the role or user that it is a session of (`entity`), or only by the account that
 * it acts for. `*` names all of AWS's principals; whom an identity provider vouches for it names no more than an account does.
 */
export type PrincipalMatch = 'itself' | 'entity' | 'account' | 'no'

/** The names in a Principal or NotPrincipal element. */
export interface PrincipalNames {
  /** `*` */
  readonly everyone: boolean
  readonly accountIds: ReadonlySet<string>
  readonly canonicalIds: ReadonlySet<string>
  /** Of users, roles and sessions; an account's ARN is among `accountIds`. */
  readonly arns: ReadonlySet<string>
  /** Of users and roles: what their ARNs became when the policy was put. */
  readonly uniqueIds: ReadonlySet<string>
  readonly services: ReadonlySet<string>
  /** Identity providers. */
  readonly federated: ReadonlySet<string>
}

/** Principal or NotPrincipal. Source: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal". */
export class PrincipalPattern {
  readonly names: PrincipalNames
  readonly negated: boolean

  constructor(names: PrincipalNames, negated: boolean) {
    this.names = names
    this.negated = negated
  }

  /**
   * `isBounded`: "The NotPrincipal element with a Deny effect will always deny any IAM principal that has a permissions boundary
   * policy attached, regardless of the values". Source: IAM User Guide, "Permissions boundaries for IAM entities".
   */
  match(principal: Principal, isBounded = false): PrincipalMatch {
    if (this.negated) return !isBounded && isWhollyNamed(this.names, principal) ? 'no' : 'itself'
    if (isNamed(this.names, principal)) return 'itself'
    if (this.names.everyone) return principal.kind === 'web-identity' ? 'account' : 'itself'
    if (isEntityNamed(this.names, principal)) return 'entity'
    return isAccountNamed(this.names, principal) ? 'account' : 'no'
  }
}

/** The root user is its account, so naming the account names it. */
function isNamed(names: PrincipalNames, principal: Principal): boolean {
  switch (principal.kind) {
    case 'anonymous':
      return false
    case 'account':
      return isAccountNamed(names, principal)
    case 'service':
      return names.services.has(principal.service)
    case 'web-identity':
      return names.federated.has(principal.provider)
    case 'user':
      return isListed(names, ownArnOf, principal) || names.uniqueIds.has(principal.id)
    case 'assumed-role':
      return isProviderNamed(names, principal.provider) || isListed(names, ownArnOf, principal)
    case 'federated-user':
      return isListed(names, ownArnOf, principal)
  }
}

function isProviderNamed(names: PrincipalNames, provider: string | undefined): boolean {
  return provider !== undefined && names.federated.has(provider)
}

/** The ARN is put together only where there are any to hold it against. */
function isListed(
  { arns }: PrincipalNames,
  arnOf: (principal: Principal) => string | undefined,
  principal: Principal,
): boolean {
  return arns.size > 0 && arns.has(arnOf(principal) ?? '')
}

function isEntityNamed({ arns, uniqueIds }: PrincipalNames, principal: Principal): boolean {
  if (arns.size === 0 && uniqueIds.size === 0) return false
  const entity = entityOf(principal)
  return entity !== undefined && (arns.has(entity.arn) || uniqueIds.has(entity.id))
}

function isAccountNamed(names: PrincipalNames, principal: Principal): boolean {
  if (!('account' in principal)) return false
  return names.accountIds.has(principal.account.id) || names.canonicalIds.has(principal.account.canonicalId)
}

/**
 * Whether NotPrincipal leaves a principal out. It has to name the account and all that the principal is: a role session
 * is left out only where the session, its role and its account are named.
 */
function isWhollyNamed(names: PrincipalNames, principal: Principal): boolean {
  if (names.everyone) return true
  if (!('account' in principal) || principal.kind === 'account') return isNamed(names, principal)
  if (!isAccountNamed(names, principal)) return false
  if (principal.kind !== 'assumed-role') return isNamed(names, principal)
  return isListed(names, ownArnOf, principal) && isEntityNamed(names, principal)
}
