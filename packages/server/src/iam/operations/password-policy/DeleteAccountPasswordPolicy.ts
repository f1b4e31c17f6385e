import { iamPasswordPolicies } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import { defineOperation } from '../../shared/operation.ts'

/** The default policy holds then. */
export const DeleteAccountPasswordPolicy = defineOperation('DeleteAccountPasswordPolicy', {
  resource: () => '*',
  async handle(_, { service, caller: { account } }) {
    await transact(service.metadata, async (transaction) => {
      if (!(await transaction.get(iamPasswordPolicies, account.id))) {
        throw new QueryError('NoSuchEntity', 'The account policy with name PasswordPolicy cannot be found.')
      }
      transaction.remove(iamPasswordPolicies, account.id)
    })
    return {}
  },
})
