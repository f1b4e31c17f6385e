import type { SessionMode } from './access-rule.ts'
import type { Account } from './accounts.ts'
import type { Policy } from './policy/policy.ts'
import { anonymous, type Principal } from './principal.ts'

/** Who asks, and what their own side says of what they may. */
export interface Caller {
  readonly principal: Principal
  readonly policies: CallersPolicies
  readonly traits: CallersTraits
}

/** What the caller's own account says. */
export interface CallersPolicies {
  /**
   * Of the user and its groups, or of the role, or of the user that began a federated session; nothing counts here for root
   * users, for sessions that a root user began, for anonymous requests and services.
   */
  readonly identity: readonly NamedPolicy[]
  /** The permissions boundary of the user or role. */
  readonly boundary?: NamedPolicy | undefined
  /** Of the session, inline and by ARN, which together narrow it; absent where there is none. */
  readonly session?: readonly NamedPolicy[] | undefined
  /** Of scoped credentials: each has to allow a request, whatever else does, a resource's own policy or ACL as well. */
  readonly scopes?: readonly NamedPolicy[] | undefined
}

/** A policy and what people call it. */
export interface NamedPolicy {
  /** Its name where it is inline, else its ARN. */
  readonly name: string
  /** Whom it is attached to, or whom it is the boundary of. */
  readonly of: PolicyHolder
  readonly policy: Policy
}

export interface PolicyHolder {
  readonly kind: 'user' | 'group' | 'role' | 'session'
  readonly name: string
}

/** What condition keys tell of the caller besides who it is. */
export interface CallersTraits {
  /** Tags of the user or role and of the session, each key once: those of the session go first. */
  readonly tags?: readonly (readonly [key: string, value: string])[] | undefined
  /** When the caller gave a code of an MFA device, for the session or with the request; absent where it did not. */
  readonly mfaAt?: Date | undefined
  /** Absent where the keys are long-lived. */
  readonly session?: SessionTraits | undefined
  /** Of whoever signs with the credentials of CreateSession: they are good for one directory bucket. */
  readonly directorySession?: DirectorySessionTraits | undefined
}

/** A session of a directory bucket. */
export interface DirectorySessionTraits {
  readonly bucketName: string
  /** Absent: there was none of the name yet, so that each request is decided on by policies. */
  readonly bucketId?: string | undefined
  readonly mode: SessionMode
  /** How objects are encrypted that are written in it; absent: as the bucket does by default. */
  readonly encryption?: SessionEncryption | undefined
}

/** As CreateSession was asked for it. */
export interface SessionEncryption {
  readonly algorithm: 'AES256' | 'aws:kms'
  readonly keyArn?: string | undefined
}

/** Of temporary credentials. */
export interface SessionTraits {
  /** Of the temporary credentials: no two sessions have the same. */
  readonly accessKeyId: string
  readonly issuedAt: Date
  readonly sourceIdentity?: string | undefined
  /** Session tags that sessions have too which this one begins. */
  readonly inheritedTags?: readonly (readonly [key: string, value: string])[] | undefined
  /** The ARN of the provider whose token began the session, as `aws:FederatedProvider` has it. */
  readonly federatedProvider?: string | undefined
  /** Further keys that go with the session: those of its identity provider, by their whole names. */
  readonly more?: Readonly<Record<string, string | readonly string[]>> | undefined
  /** Whether the user signed in for it, with a password. */
  readonly isSignIn?: true | undefined
}

/** Whether something holds for any policy of the caller's own side. */
export function someOwnPolicy(
  { identity, boundary, session = [], scopes = [] }: CallersPolicies,
  holds: (named: NamedPolicy) => boolean,
): boolean {
  return (
    identity.some(holds) ||
    (boundary !== undefined && holds(boundary)) ||
    session.some(holds) ||
    scopes.some(holds)
  )
}

export const NO_POLICIES: CallersPolicies = { identity: [] }
const NO_TRAITS: CallersTraits = {}

export const anonymousCaller = callerOf(anonymous)

/** Somebody whom no policy of their own side narrows. Make it once and keep it: it goes with each request. */
export function callerOf<Known extends Principal>(principal: Known): Caller & { readonly principal: Known } {
  return { principal, policies: NO_POLICIES, traits: NO_TRAITS }
}

/** The root user of an account, with its long-lived keys. */
export function rootCaller(account: Account): Caller & { readonly principal: { readonly kind: 'account' } } {
  return callerOf({ kind: 'account', account })
}
