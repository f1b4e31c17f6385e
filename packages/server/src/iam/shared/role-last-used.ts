import type { IamKeyUseRow } from '../../metadata/tables/iam-tables.ts'
import type { RoleLastUsed } from '../../model/iam-types.gen.ts'

/** Source: IAM API Reference, RoleLastUsed: activity is told of "the trailing 400 days". */
export const TOLD_FOR_MILLISECONDS = 400 * 86_400_000

/** As answers show the last use of a role, empty where there was none, or none of late. */
export function roleLastUsed(use: IamKeyUseRow | undefined, now: Date): RoleLastUsed {
  if (!use || now.getTime() - use.atMilliseconds > TOLD_FOR_MILLISECONDS) return {}
  return { LastUsedDate: new Date(use.atMilliseconds), Region: use.region }
}
