import { arnsOf, type Principal } from '../principal.ts'

/** How a principal is named: itself, or only the account that it acts for. */
export type PrincipalMatch = 'itself' | 'account' | 'no'

/** The names in a Principal or NotPrincipal element. */
export interface PrincipalNames {
  /** `*` */
  readonly everyone: boolean
  readonly accountIds: ReadonlySet<string>
  readonly canonicalIds: ReadonlySet<string>
  /** Of users, roles and sessions; an account's ARN is among `accountIds`. */
  readonly arns: ReadonlySet<string>
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

  match(principal: Principal): PrincipalMatch {
    if (this.negated) return isWhollyNamed(this.names, principal) ? 'no' : 'itself'
    if (this.names.everyone || isNamed(this.names, principal)) return 'itself'
    return isAccountNamed(this.names, principal) ? 'account' : 'no'
  }
}

/** The root user is its account, so naming the account names it. */
function isNamed(names: PrincipalNames, principal: Principal): boolean {
  if (principal.kind === 'account') return isAccountNamed(names, principal)
  if (principal.kind === 'service') return names.services.has(principal.service)
  if (principal.kind === 'assumed-role' && principal.provider !== undefined) {
    if (names.federated.has(principal.provider)) return true
  }
  return names.arns.size > 0 && arnsOf(principal).some((arn) => names.arns.has(arn))
}

function isAccountNamed(names: PrincipalNames, principal: Principal): boolean {
  if (principal.kind === 'anonymous' || principal.kind === 'service') return false
  return names.accountIds.has(principal.account.id) || names.canonicalIds.has(principal.account.canonicalId)
}

/**
 * Whether NotPrincipal leaves a principal out. It has to name the account and all that the principal is: a role session
 * is left out only where the session, its role and its account are named.
 */
function isWhollyNamed(names: PrincipalNames, principal: Principal): boolean {
  if (names.everyone) return true
  if (principal.kind === 'anonymous' || principal.kind === 'account' || principal.kind === 'service') {
    return isNamed(names, principal)
  }
  return isAccountNamed(names, principal) && arnsOf(principal).every((arn) => names.arns.has(arn))
}
