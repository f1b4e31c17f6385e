import { iamUserNames, iamUserPaths } from '../../../metadata/tables/iam-tables.ts'
import { authorizeCall } from '../../../identities/authorize-call.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { changeUser, userArn } from '../../shared/users.ts'
import { assertNameIsFree, pathAndName } from './user-names.ts'

/** The permission is needed on the user as it is and as it is to be. Source: IAM API Reference, UpdateUser. */
export const UpdateUser = defineUserOperation('UpdateUser', {
  async handle(user, { NewPath, NewUserName }, { service, caller }) {
    const { accountId } = user.row
    const resource = userArn(accountId, NewPath ?? user.row.path, NewUserName ?? user.row.name)
    authorizeCall(service, caller, { action: 'iam:UpdateUser', resource })
    await changeUser(service, user, async (row, transaction) => {
      const next = { ...row, path: NewPath ?? row.path, name: NewUserName ?? row.name }
      await assertNameIsFree(transaction, accountId, next.name, user.id)
      transaction.remove(iamUserNames, accountId, row.name.toLowerCase())
      transaction.remove(iamUserPaths, accountId, pathAndName(row))
      transaction.put(iamUserNames, [accountId, next.name.toLowerCase()], { id: user.id })
      transaction.put(iamUserPaths, [accountId, pathAndName(next)], { id: user.id })
      return next
    })
    return {}
  },
})
