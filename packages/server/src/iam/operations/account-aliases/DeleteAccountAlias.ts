import { iamAccountAliases } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import { defineOperation } from '../../shared/operation.ts'

export const DeleteAccountAlias = defineOperation('DeleteAccountAlias', {
  resource: () => '*',
  async handle({ AccountAlias: alias }, { service: { metadata }, caller: { account } }) {
    await transact(metadata, async (transaction) => {
      const found = await transaction.get(iamAccountAliases, 'account', account.id)
      if (found?.alias !== alias) {
        throw new QueryError('NoSuchEntity', `The account alias ${alias} does not exist.`)
      }
      transaction.remove(iamAccountAliases, 'account', account.id)
      transaction.remove(iamAccountAliases, 'alias', alias)
    })
    return {}
  },
})
