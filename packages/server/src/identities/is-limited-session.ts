import type { Caller } from '../access/caller.ts'

/**
 * Whether somebody calls by credentials of GetFederationToken, or of GetSessionToken without a code of an MFA device: these
 * are for neither IAM nor most of STS. Source: IAM User Guide, "Compare AWS STS credentials".
 */
export function isLimitedSession({ principal, traits }: Caller): boolean {
  return traits.session !== undefined && principal.kind !== 'assumed-role'
}
