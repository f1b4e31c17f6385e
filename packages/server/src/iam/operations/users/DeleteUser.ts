import { iamUserNames, iamUserPaths, iamUsers, type IamUserRow } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { noSuchUser } from '../../shared/users.ts'
import { pathAndName } from './user-names.ts'

/** What hangs on a user has to go before it. */
export const DeleteUser = defineUserOperation('DeleteUser', {
  async handle({ id, row: found }, _, { service }) {
    await transact(service.metadata, async (transaction) => {
      const row = await transaction.get(iamUsers, id)
      if (!row) throw noSuchUser(found.name)
      assertNothingLeft(row)
      transaction.remove(iamUsers, id)
      transaction.remove(iamUserNames, row.accountId, row.name.toLowerCase())
      transaction.remove(iamUserPaths, row.accountId, pathAndName(row))
    })
    return {}
  },
})

function assertNothingLeft({ accessKeyIds = [], inlinePolicies = {} }: IamUserRow): void {
  if (Object.keys(inlinePolicies).length > 0) throw conflict('delete policies')
  if (accessKeyIds.length > 0) throw conflict('delete access keys')
}

function conflict(what: string): QueryError {
  return new QueryError('DeleteConflict', `Cannot delete entity, must ${what} first.`)
}
