import type { Account } from './accounts.ts'

/** Who sends a request. */
export type Principal =
  | { readonly kind: 'anonymous' }
  /** The account itself (its root user). */
  | { readonly kind: 'account'; readonly account: Account }

export const anonymous: Principal = { kind: 'anonymous' }

/** The account a principal acts for; `undefined` for an anonymous one. */
export function accountOf(principal: Principal): Account | undefined {
  return principal.kind === 'account' ? principal.account : undefined
}

/** The principal's ARN, as policies and answers name it. */
export function arnOf(account: Account): string {
  return `arn:aws:iam::${account.id}:root`
}
