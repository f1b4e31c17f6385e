import { iamAccessKeys, type IamAccessKeyRow } from '../../../metadata/tables/iam-tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'

/** The key of a user, as it is now. Throws NoSuchEntity where it is nobody's, or somebody else's. */
export async function keyOfUser(
  transaction: Transaction,
  userId: string,
  accessKeyId: string,
): Promise<IamAccessKeyRow> {
  const row = await transaction.get(iamAccessKeys, accessKeyId)
  if (row?.userId === userId) return row
  throw noSuchKey(accessKeyId)
}

function noSuchKey(accessKeyId: string): QueryError {
  return new QueryError('NoSuchEntity', `The Access Key with id ${accessKeyId} cannot be found.`)
}
