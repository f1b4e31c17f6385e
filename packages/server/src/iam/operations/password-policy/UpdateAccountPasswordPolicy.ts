import { iamPasswordPolicies, type IamPasswordPolicyRow } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { defineOperation } from '../../shared/operation.ts'

/** Source: IAM API Reference, UpdateAccountPasswordPolicy, MinimumPasswordLength. */
const DEFAULT_CHARACTERS = 6

/** What is left out is as by default, whatever it was before: "This operation does not support partial updates." */
export const UpdateAccountPasswordPolicy = defineOperation('UpdateAccountPasswordPolicy', {
  resource: () => '*',
  async handle(input, { service, caller }) {
    const row: IamPasswordPolicyRow = {
      minimumCharacters: input.MinimumPasswordLength ?? DEFAULT_CHARACTERS,
      requiresSymbols: input.RequireSymbols,
      requiresNumbers: input.RequireNumbers,
      requiresUppercase: input.RequireUppercaseCharacters,
      requiresLowercase: input.RequireLowercaseCharacters,
      usersMayChange: input.AllowUsersToChangePassword,
      maximumAgeDays: input.MaxPasswordAge,
      reusePrevention: input.PasswordReusePrevention,
      hardExpiry: input.HardExpiry,
    }
    await transact(service.metadata, (transaction) => {
      transaction.put(iamPasswordPolicies, [caller.account.id], row)
    })
    return {}
  },
})
