import { iamPasswordPolicies } from '../../../metadata/tables/iam-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import { defineOperation } from '../../shared/operation.ts'
import { callerWithPassword } from '../../shared/password-policy.ts'

/** The default policy is not shown: there is none then. */
export const GetAccountPasswordPolicy = defineOperation('GetAccountPasswordPolicy', {
  resource: () => '*',
  caller: callerWithPassword,
  async handle(_, { service, caller: { account } }) {
    const row = await readRow(service.metadata, iamPasswordPolicies, account.id)
    if (!row) {
      const message = `The Password Policy with domain name ${account.id} cannot be found.`
      throw new QueryError('NoSuchEntity', message)
    }
    const PasswordPolicy = {
      MinimumPasswordLength: row.minimumCharacters,
      RequireSymbols: row.requiresSymbols ?? false,
      RequireNumbers: row.requiresNumbers ?? false,
      RequireUppercaseCharacters: row.requiresUppercase ?? false,
      RequireLowercaseCharacters: row.requiresLowercase ?? false,
      AllowUsersToChangePassword: row.usersMayChange ?? false,
      ExpirePasswords: row.maximumAgeDays !== undefined,
      MaxPasswordAge: row.maximumAgeDays,
      PasswordReusePrevention: row.reusePrevention,
      HardExpiry: row.hardExpiry,
    }
    return { PasswordPolicy }
  },
})
