import type { Caller } from '../access/caller.ts'

/**
 * Whether somebody calls by credentials of GetFederationToken or GetSessionToken, which are not for most of STS. Source: IAM User
 * Guide, "Compare AWS STS credentials". Who signed in with a password has all that the user has, as in AWS's console.
 */
export function isLimitedSession({ principal, traits: { session } }: Caller): boolean {
  return session !== undefined && session.isSignIn !== true && principal.kind !== 'assumed-role'
}

/** IAM is for those of them that came for a code of an MFA device. Source: the same page. */
export function mayCallIam(caller: Caller): boolean {
  return !isLimitedSession(caller) || caller.traits.mfaAt !== undefined
}
