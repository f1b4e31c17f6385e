import { iamLoginProfiles } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { profileForWrite } from './login-profile.ts'
import { NewPassword } from './new-password.ts'

/** Gives a user another password, who need not know the old one. */
export const UpdateLoginProfile = defineUserOperation('UpdateLoginProfile', {
  async handle(user, { Password, PasswordResetRequired }, { service, caller: { account } }) {
    const password = Password === undefined ? undefined : new NewPassword(account, Password)
    await transact(service.metadata, async (transaction) => {
      const before = await profileForWrite(transaction, user)
      const changed = await password?.into(transaction, before, service.clock.now())
      const resetRequired = PasswordResetRequired ?? before.resetRequired
      transaction.put(iamLoginProfiles, [user.id], { ...(changed ?? before), resetRequired })
    })
    return {}
  },
})
