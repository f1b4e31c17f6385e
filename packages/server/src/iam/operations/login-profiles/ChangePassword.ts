import { arnOf, ownArnOf, withoutPath } from '../../../access/principal.ts'
import { hearPassword } from '../../../identities/hear-password.ts'
import { iamLoginProfiles } from '../../../metadata/tables/iam-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import { defineOperation } from '../../shared/operation.ts'
import { callerWithPassword } from '../../shared/password-policy.ts'
import { noSuchProfile } from './login-profile.ts'
import { NewPassword } from './new-password.ts'

/** A user's own password, with the old one. Wrong ones are counted, and not looked at after too many. */
export const ChangePassword = defineOperation('ChangePassword', {
  resource: (_, { caller: { principal, account } }) =>
    principal.kind === 'user' ? ownArnOf(principal) : arnOf(account),
  caller: callerWithPassword,
  async handle({ OldPassword, NewPassword: given }, { service, caller: { principal, account } }) {
    if (principal.kind !== 'user') {
      throw new QueryError('InvalidUserType', 'Only IAM Users can change their own password')
    }
    const userName = withoutPath(principal.name)
    if (!(await readRow(service.metadata, iamLoginProfiles, principal.id))) throw noSuchProfile(userName)
    const password = new NewPassword(account, given)
    const holder = { userId: principal.id, accountId: account.id, userName }
    const outcome = await hearPassword(
      service.guesses,
      holder,
      OldPassword,
      async (profile, transaction, now) => {
        const changed = await password.into(transaction, profile, now)
        transaction.put(iamLoginProfiles, [principal.id], { ...changed, resetRequired: false })
      },
    )
    if (outcome === 'right') return {}
    const cause = new Error(`the password is ${outcome}`)
    throw new QueryError('AccessDenied', 'The old password was incorrect.', { cause })
  },
})
