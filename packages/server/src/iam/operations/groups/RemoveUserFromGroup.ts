import { iamGroupMembers } from '../../../metadata/tables/iam-tables.ts'
import { defineGroupOperation } from '../../shared/groups.ts'
import { changeUser, requireUser } from '../../shared/users.ts'

/** Of one who is no member it changes nothing, as in AWS. */
export const RemoveUserFromGroup = defineGroupOperation('RemoveUserFromGroup', {
  async handle(group, { UserName }, { service, caller }) {
    const user = await requireUser(service, caller.account.id, UserName)
    await changeUser(service, user, (row, transaction) => {
      transaction.remove(iamGroupMembers, group.id, user.id)
      return { ...row, groupIds: row.groupIds?.filter((id) => id !== group.id) }
    })
    return {}
  },
})
