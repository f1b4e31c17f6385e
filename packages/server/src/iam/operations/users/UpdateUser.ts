import { authorizeCall } from '../../../identities/authorize-call.ts'
import { addName, removeName } from '../../shared/entity-names.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { resourceTagKeys } from '../../shared/tags.ts'
import { changeUser, userArn, userNames } from '../../shared/users.ts'

/** The permission is needed on the user as it is and as it is to be. Source: IAM API Reference, UpdateUser. */
export const UpdateUser = defineUserOperation('UpdateUser', {
  async handle(user, { NewPath, NewUserName }, { service, caller }) {
    const { accountId } = user.row
    const resource = userArn(accountId, NewPath ?? user.row.path, NewUserName ?? user.row.name)
    const keys = resourceTagKeys(user.row.tags)
    authorizeCall(service, caller, { action: 'iam:UpdateUser', resource, keys })
    await changeUser(service, user, async (row, transaction) => {
      const next = { ...row, path: NewPath ?? row.path, name: NewUserName ?? row.name }
      removeName(transaction, userNames, row)
      await addName(transaction, userNames, user.id, next)
      return next
    })
    return {}
  },
})
