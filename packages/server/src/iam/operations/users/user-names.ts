import { iamUserNames, type IamUserRow } from '../../../metadata/tables/iam-tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'

/** Where a user stands in listings. */
export function pathAndName({ path, name }: Pick<IamUserRow, 'path' | 'name'>): string {
  return `${path}${name.toLowerCase()}`
}

/** Throws EntityAlreadyExists where somebody has the name, in whatever case, but `id` itself. */
export async function assertNameIsFree(
  transaction: Transaction,
  accountId: string,
  name: string,
  id?: string,
): Promise<void> {
  const holder = await transaction.get(iamUserNames, accountId, name.toLowerCase())
  if (!holder || holder.id === id) return
  throw new QueryError('EntityAlreadyExists', `User with name ${name} already exists.`)
}
