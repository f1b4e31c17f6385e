import type { Caller } from '../access/caller.ts'
import { decideOnService } from '../access/decide-on-service.ts'
import type { Decision } from '../access/decision.ts'
import { momentKeys } from '../access/global-keys.ts'
import { parsePolicy } from '../access/policy/parse-policy.ts'
import { principalKeys } from '../access/principal-keys.ts'
import { type ContextKeys, RequestContext } from '../access/request-context.ts'
import type { Clock } from '../base/clock.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { iamRoles, type IamRoleRow } from '../metadata/tables/iam-tables.ts'
import { readRow } from '../metadata/transaction.ts'
import { idOf } from './policy-principals.ts'
import { tagEntries } from '../access/tag-entries.ts'

/** A call to IAM or STS that nobody makes. */
export interface AskedCall {
  readonly action: string
  readonly resource: string
  /** Whose the resource is. */
  readonly accountId: string
  /** The role that is asked for, which has to let the caller in. */
  readonly role?: IamRoleRow | undefined
  readonly keys: ContextKeys
}

/** The role of an ARN; `undefined` where there is none. */
export async function roleOfArn(metadata: OrderedStore, arn: string): Promise<IamRoleRow | undefined> {
  const id = arn.length > MOST_CHARACTERS ? undefined : await idOf(metadata, arn)
  return id?.startsWith('AROA') ? await readRow(metadata, iamRoles, id) : undefined
}

const MOST_CHARACTERS = 1024

/** How a call to IAM or STS would be decided on. */
export function explainCall(
  { clock, region }: { readonly clock: Clock; readonly region: string },
  caller: Caller,
  { action, resource, accountId, role, keys }: AskedCall,
): Decision {
  const now = clock.now()
  const tags = role?.tags ?? []
  const context = new RequestContext(() => [
    ...momentKeys(now, region),
    ['aws:ResourceAccount', accountId],
    ...principalKeys(caller, now),
    ...tagEntries('aws:ResourceTag', tags),
    ...Object.entries(keys),
  ])
  const policy =
    role && ({ source: 'trust-policy', policy: parsePolicy(role.trustPolicy, { kind: 'trust' }) } as const)
  const decision = decideOnService({ caller, action, resource, accountId, context, policy })
  return role && caller.principal.kind === 'account' ? refusedToRoot(decision) : decision
}

/** Source: IAM User Guide, "Troubleshoot IAM roles". */
function refusedToRoot({ reasons }: Decision): Decision {
  const detail = 'roles may not be assumed by root users'
  const refusal = { source: 'default', effect: 'Deny', matched: true, detail } as const
  return { allowed: false, reasons: [...reasons.slice(0, -1), refusal] }
}
