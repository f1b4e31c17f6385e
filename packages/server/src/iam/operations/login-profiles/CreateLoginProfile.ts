import { newScryptSetting } from '../../../identities/password-digest.ts'
import { iamLoginProfiles } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import { entityForWrite } from '../../shared/named-entity.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { users } from '../../shared/users.ts'
import { shownProfile } from './login-profile.ts'
import { NewPassword } from './new-password.ts'

/** Gives a user a password. */
export const CreateLoginProfile = defineUserOperation('CreateLoginProfile', {
  async handle(user, { Password, PasswordResetRequired = false }, { service, caller: { account } }) {
    if (Password === undefined) throw new QueryError('ValidationError', 'Must specify a password for a user.')
    const { name } = user.row
    const now = service.clock.now()
    const password = new NewPassword(account, Password)
    const profile = {
      createdMilliseconds: now.getTime(),
      resetRequired: PasswordResetRequired,
      scrypt: newScryptSetting(service.random, service.passwordCost),
      digests: [],
    }
    await transact(service.metadata, async (transaction) => {
      await entityForWrite(transaction, users, user)
      if (await transaction.get(iamLoginProfiles, user.id)) {
        throw new QueryError('EntityAlreadyExists', `Login Profile for user ${name} already exists.`)
      }
      transaction.put(iamLoginProfiles, [user.id], await password.into(transaction, profile, now))
    })
    return { LoginProfile: shownProfile(name, profile) }
  },
})
