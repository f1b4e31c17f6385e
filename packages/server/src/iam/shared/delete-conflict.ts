import type { IamEntityRow } from '../../metadata/tables/iam-tables.ts'
import { QueryError } from '../../model/query-error.ts'

/** Throws DeleteConflict while a user, a group or a role has policies. */
export function assertNoPolicies({ inlinePolicies = {}, attachedPolicies = [] }: IamEntityRow): void {
  if (Object.keys(inlinePolicies).length > 0) throw deleteConflict('delete policies')
  if (attachedPolicies.length > 0) throw deleteConflict('detach all policies')
}

/** What hangs on a user, a group or a role has to go before it. */
export function deleteConflict(what: string): QueryError {
  return new QueryError('DeleteConflict', `Cannot delete entity, must ${what} first.`)
}
