import { iamLoginProfiles, type IamLoginProfileRow } from '../../../metadata/tables/iam-tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import type { LoginProfile } from '../../../model/iam-types.gen.ts'
import { QueryError } from '../../../model/query-error.ts'
import type { FoundUser } from '../../shared/users.ts'

/** That the user has a password, as it is now. */
export async function profileForWrite(
  transaction: Transaction,
  { id, row }: FoundUser,
): Promise<IamLoginProfileRow> {
  const profile = await transaction.get(iamLoginProfiles, id)
  if (profile) return profile
  throw noSuchProfile(row.name)
}

export function noSuchProfile(userName: string): QueryError {
  return new QueryError('NoSuchEntity', `Login Profile for User ${userName} cannot be found.`)
}

export function shownProfile(
  userName: string,
  { createdMilliseconds, resetRequired }: Pick<IamLoginProfileRow, 'createdMilliseconds' | 'resetRequired'>,
): LoginProfile {
  const CreateDate = new Date(createdMilliseconds)
  return { UserName: userName, CreateDate, PasswordResetRequired: resetRequired }
}
