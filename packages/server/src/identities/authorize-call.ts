import { decideOnService } from '../access/decide-on-service.ts'
import { arnOf, arnsOf } from '../access/principal.ts'
import { momentKeys } from '../access/global-keys.ts'
import type { Policy } from '../access/policy/policy.ts'
import { principalKeys } from '../access/principal-keys.ts'
import { type ContextKeys, RequestContext } from '../access/request-context.ts'
import { whyDenied } from '../access/why-denied.ts'
import type { Clock } from '../base/clock.ts'
import { QueryError } from '../model/query-error.ts'
import type { SigningCaller } from './signing-caller.ts'

/** What a call to IAM or STS asks to do. */
export interface AskedAction {
  /** For example `iam:CreateUser`. */
  readonly action: string
  /** An ARN, or `*` where the action is on none. */
  readonly resource: string
  /** Condition keys of what it is about, besides those of the caller and the connection. */
  readonly keys?: ContextKeys | undefined
  /** Of the role that is asked for, which has to let the caller in. */
  readonly trust?: RoleTrust | undefined
}

export interface RoleTrust {
  readonly policy: Policy
  /** Whose the role is. */
  readonly accountId: string
}

/** Throws AccessDenied unless the caller's own account lets them do it, and the role where it is about assuming one. */
export function authorizeCall(
  { clock, region }: { readonly clock: Clock; readonly region: string },
  caller: SigningCaller,
  { action, resource, keys = {}, trust }: AskedAction,
): void {
  const now = clock.now()
  const accountId = trust?.accountId ?? caller.account.id
  const context = new RequestContext(() => [
    ...momentKeys(now, region),
    ['aws:ResourceAccount', accountId],
    ...principalKeys(caller, now),
    ...Object.entries(caller.conditions),
    ...Object.entries(keys),
  ])
  const policy = trust && ({ source: 'trust-policy', policy: trust.policy } as const)
  const decision = decideOnService({ caller, action, resource, accountId, context, policy })
  if (decision.allowed) return
  if (trust) throw accessDenied(caller, action, resource)
  const why = whyDenied(caller, action, decision.reasons)
  throw accessDenied(caller, action, resource, why && ` ${why}`)
}

export function accessDenied(
  { principal, account }: SigningCaller,
  action: string,
  resource: string,
  why = '',
): QueryError {
  if (principal.kind === 'web-identity')
    return new QueryError('AccessDenied', `Not authorized to perform ${action}`)
  const who = arnsOf(principal)[0] ?? arnOf(account)
  const message = `User: ${who} is not authorized to perform: ${action} on resource: ${resource}${why}`
  return new QueryError('AccessDenied', message)
}
