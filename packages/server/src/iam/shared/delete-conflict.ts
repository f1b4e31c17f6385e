import { QueryError } from '../../model/query-error.ts'

/** What hangs on a user, a group or a role has to go before it. */
export function deleteConflict(what: string): QueryError {
  return new QueryError('DeleteConflict', `Cannot delete entity, must ${what} first.`)
}
