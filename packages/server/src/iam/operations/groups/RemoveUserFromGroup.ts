import { iamGroupMembers } from '../../../metadata/tables/iam-tables.ts'
import { QueryError } from '../../../model/query-error.ts'
import { defineGroupOperation } from '../../shared/groups.ts'
import { changeUser, requireUser } from '../../shared/users.ts'

export const RemoveUserFromGroup = defineGroupOperation('RemoveUserFromGroup', {
  async handle(group, { UserName }, { service, caller }) {
    const user = await requireUser(service, caller.account.id, UserName)
    await changeUser(service, user, (row, transaction) => {
      const { groupIds = [] } = row
      if (!groupIds.includes(group.id)) {
        throw new QueryError('NoSuchEntity', `The user ${UserName} is not in the group ${group.row.name}.`)
      }
      transaction.remove(iamGroupMembers, group.id, user.id)
      return { ...row, groupIds: groupIds.filter((id) => id !== group.id) }
    })
    return {}
  },
})
