import { secretOfPassword } from '../../../identities/hear-password.ts'
import { wrongGuesses } from '../../../metadata/tables/guess-tables.ts'
import { iamKeyUses, iamLoginProfiles } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { profileForWrite } from './login-profile.ts'

/** The user has no password then; its access keys go on working. */
export const DeleteLoginProfile = defineUserOperation('DeleteLoginProfile', {
  async handle(user, _, { service }) {
    const { accountId, name: userName } = user.row
    const { kind, whose } = secretOfPassword({ userId: user.id, accountId, userName })
    await transact(service.metadata, async (transaction) => {
      await profileForWrite(transaction, user)
      transaction.remove(iamLoginProfiles, user.id)
      transaction.remove(iamKeyUses, user.id)
      transaction.remove(wrongGuesses, kind, whose)
    })
    service.keyUses.forget(user.id)
    return {}
  },
})
