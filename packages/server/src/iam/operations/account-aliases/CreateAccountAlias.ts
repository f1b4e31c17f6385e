import { iamAccountAliases } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import { defineOperation } from '../../shared/operation.ts'

/**
 * An account has one: another takes its place. No account has what is the id of another. Source: IAM User Guide, "Your AWS account ID
 * and its alias".
 */
export const CreateAccountAlias = defineOperation('CreateAccountAlias', {
  resource: () => '*',
  async handle({ AccountAlias: alias }, { service: { metadata, accounts }, caller }) {
    const accountId = caller.account.id
    await transact(metadata, async (transaction) => {
      const holder = await transaction.get(iamAccountAliases, 'alias', alias)
      if (holder || accounts.findById(alias)) throw alreadyExists(alias)
      const before = await transaction.get(iamAccountAliases, 'account', accountId)
      if (before) transaction.remove(iamAccountAliases, 'alias', before.alias)
      for (const key of [['alias', alias] as const, ['account', accountId] as const]) {
        transaction.put(iamAccountAliases, [...key], { accountId, alias })
      }
    })
    return {}
  },
})

function alreadyExists(alias: string): QueryError {
  return new QueryError('EntityAlreadyExists', `The account alias ${alias} already exists.`)
}
