/** One thing that a decision looked at, or, as the last of a decision's reasons, what decided. */
export interface Reason {
  readonly source:
    | 'owner'
    | 'identity-policy'
    | 'bucket-policy'
    | 'acl-grant'
    | 'object-ownership'
    | 'public-access-block'
    | 'default'
  /** What it does, or would do if it matched. */
  readonly effect: 'Allow' | 'Deny' | 'None'
  readonly matched: boolean
  /** Of policies: counted from 1. `policy` counts the identity policies. */
  readonly statement?: {
    readonly policy?: number
    readonly number: number
    readonly sid?: string | undefined
  }
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

function placeOf({ statement, grant }: Reason): string {
  if (grant) return ` ${grant.number} on the ${grant.on}`
  if (!statement) return ''
  const policy = statement.policy === undefined ? '' : ` ${statement.policy}`
  const sid = statement.sid ? ` "${statement.sid}"` : ''
  return `${policy} statement ${statement.number}${sid}`
}
