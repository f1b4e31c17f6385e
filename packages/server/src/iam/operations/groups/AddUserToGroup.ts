import { iamGroupMembers, iamGroups } from '../../../metadata/tables/iam-tables.ts'
import { QueryError } from '../../../model/query-error.ts'
import { defineGroupOperation, groups } from '../../shared/groups.ts'
import { entityForWrite } from '../../shared/named-entity.ts'
import { changeUser, requireUser } from '../../shared/users.ts'
import { QUOTAS } from '../../shared/quotas.ts'

/** Once more changes nothing. */
export const AddUserToGroup = defineGroupOperation('AddUserToGroup', {
  async handle(group, { UserName }, { service, caller }) {
    const user = await requireUser(service, caller.account.id, UserName)
    await changeUser(service, user, async (row, transaction) => {
      const { groupIds = [] } = row
      if (groupIds.includes(group.id)) return row
      if (groupIds.length >= QUOTAS.GroupsPerUserQuota) {
        throw new QueryError(
          'LimitExceeded',
          `Cannot exceed quota for GroupsPerUser: ${QUOTAS.GroupsPerUserQuota}`,
        )
      }
      // Written as it is: whoever deletes the group meanwhile has to look again.
      transaction.put(iamGroups, [group.id], await entityForWrite(transaction, groups, group))
      transaction.put(iamGroupMembers, [group.id, user.id], {})
      return { ...row, groupIds: [...groupIds, group.id] }
    })
    return {}
  },
})
