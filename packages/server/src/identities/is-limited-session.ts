import type { Caller } from '../access/caller.ts'

/**
 * Whether somebody calls by credentials of GetFederationToken or GetSessionToken, which are not for most of STS. Source: IAM User
 * Guide, "Compare AWS STS credentials".
 */
export function isLimitedSession({ principal, traits }: Caller): boolean {
  return traits.session !== undefined && principal.kind !== 'assumed-role'
}

/** IAM is for those of them that came for a code of an MFA device. Source: the same page. */
export function mayCallIam(caller: Caller): boolean {
  return !isLimitedSession(caller) || caller.traits.mfaAt !== undefined
}
