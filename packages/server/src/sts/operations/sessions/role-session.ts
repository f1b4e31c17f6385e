import { ownArnOf } from '../../../access/principal.ts'
import { QueryError } from '../../../model/query-error.ts'
import type { AssumedRoleUser } from '../../../model/sts-types.gen.ts'
import type { AssumableRole } from './trusting-role.ts'

const DEFAULT_SECONDS = 3600

/** How long a session of the role lasts. Throws ValidationError where that is longer than the role's sessions may. */
export function sessionSeconds(
  { DurationSeconds = DEFAULT_SECONDS }: { readonly DurationSeconds?: number | undefined },
  { row }: AssumableRole,
): number {
  if (DurationSeconds <= row.maximumSessionSeconds) return DurationSeconds
  const message = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'
  throw new QueryError('ValidationError', message)
}

/** As answers name a session. */
export function assumedRoleUser(
  { id: roleId, row, account }: AssumableRole,
  sessionName: string,
): AssumedRoleUser {
  const Arn = ownArnOf({ kind: 'assumed-role', account, roleId, roleName: row.name, sessionName })
  return { AssumedRoleId: `${roleId}:${sessionName}`, Arn }
}
