import type { PolicyHolder } from './caller.ts'

/** One thing that a decision looked at, or, as the last of a decision's reasons, what decided. */
export interface Reason {
  readonly source:
    | 'owner'
    | 'identity-policy'
    | 'permissions-boundary'
    | 'session-policy'
    | 'bucket-policy'
    | 'access-point-policy'
    | 'key-policy'
    | 'trust-policy'
    | 'key-grant'
    | 'acl-grant'
    | 'object-ownership'
    | 'public-access-block'
    | 'directory-session'
    | 'default'
  /** What it does, or would do if it matched. */
  readonly effect: 'Allow' | 'Deny' | 'None'
  readonly matched: boolean
  /** Of the caller's own policies: which, and whose. */
  readonly policy?: { readonly name: string; readonly of: PolicyHolder }
  /** Of policies: counted from 1. */
  readonly statement?: { readonly number: number; readonly sid?: string | undefined }
  /** Of ACLs: the grant's place, counted from 1. */
  readonly grant?: { readonly on: 'bucket' | 'object'; readonly number: number }
  readonly detail: string
}

/** A reason as one line for people. */
export function describeReason(reason: Reason): string {
  const outcome =
    reason.effect === 'None' ? '' : ` ${reason.matched ? '' : 'would '}${reason.effect.toLowerCase()}`
  return `${reason.source}${placeOf(reason)}${outcome}: ${reason.detail}`
}

function placeOf({ policy, statement, grant }: Reason): string {
  if (grant) return ` ${grant.number} on the ${grant.on}`
  if (!statement) return ''
  const named = policy ? ` ${describePolicy(policy)}` : ''
  const sid = statement.sid ? ` "${statement.sid}"` : ''
  return `${named} statement ${statement.number}${sid}`
}

/** Which policy, and whose, for people. */
export function describePolicy({ name, of }: NonNullable<Reason['policy']>): string {
  return `"${name}" of ${of.kind} ${of.name}`
}

/** Whether a policy, or what narrows policies, denies the request explicitly. */
export function isExplicitDenial({ source, effect, matched }: Reason): boolean {
  return effect === 'Deny' && matched && (source.endsWith('policy') || source === 'permissions-boundary')
}
