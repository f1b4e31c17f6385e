import { iamAccessKeys, type IamAccessKeyRow } from '../../../metadata/tables/iam-tables.ts'
import { readRow, type Transaction } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import type { IamService } from '../../shared/iam-service.ts'

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

/** Throws NoSuchEntity where no user has the key. */
export async function findKey(
  { metadata }: Pick<IamService, 'metadata'>,
  accessKeyId: string,
): Promise<IamAccessKeyRow> {
  const row = await readRow(metadata, iamAccessKeys, accessKeyId)
  if (!row) throw noSuchKey(accessKeyId)
  return row
}

export function noSuchKey(accessKeyId: string): QueryError {
  return new QueryError('NoSuchEntity', `The Access Key with id ${accessKeyId} cannot be found.`)
}
