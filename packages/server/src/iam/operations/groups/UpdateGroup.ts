import { authorizeCall } from '../../../identities/authorize-call.ts'
import { addName, removeName } from '../../shared/entity-names.ts'
import { changeGroup, defineGroupOperation, groupArn, groupNames } from '../../shared/groups.ts'

/** The permission is needed on the group as it is and as it is to be. Source: IAM API Reference, UpdateGroup. */
export const UpdateGroup = defineGroupOperation('UpdateGroup', {
  async handle(group, { NewPath, NewGroupName }, { service, caller }) {
    const { accountId, path, name } = group.row
    const resource = groupArn(accountId, NewPath ?? path, NewGroupName ?? name)
    authorizeCall(service, caller, { action: 'iam:UpdateGroup', resource })
    await changeGroup(service, group, async (row, transaction) => {
      const next = { ...row, path: NewPath ?? row.path, name: NewGroupName ?? row.name }
      removeName(transaction, groupNames, row)
      await addName(transaction, groupNames, group.id, next)
      return next
    })
    return {}
  },
})
