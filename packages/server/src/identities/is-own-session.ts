import type { Caller } from '../access/caller.ts'

/**
 * Whether somebody calls by credentials of GetSessionToken. Without a code of an MFA device these are for neither IAM nor most
 * of STS. Source: AWS STS API Reference, GetSessionToken, "Permissions".
 */
export function isOwnSession({ principal, traits }: Caller): boolean {
  return traits.session !== undefined && (principal.kind === 'user' || principal.kind === 'account')
}
