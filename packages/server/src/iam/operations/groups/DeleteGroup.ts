import { iamGroupMembers, iamGroups } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { assertNoPolicies, deleteConflict } from '../../shared/delete-conflict.ts'
import { removeName } from '../../shared/entity-names.ts'
import { defineGroupOperation, groupNames, groups } from '../../shared/groups.ts'
import { entityForWrite } from '../../shared/named-entity.ts'

/** Whoever joins a group writes its row, so that none joins one that goes. */
export const DeleteGroup = defineGroupOperation('DeleteGroup', {
  async handle(group, _, { service }) {
    await transact(service.metadata, async (transaction) => {
      const row = await entityForWrite(transaction, groups, group)
      assertNoPolicies(row)
      const members = await transaction.scan({ ...iamGroupMembers.range(group.id), limit: 1 })
      if (members.length > 0) throw deleteConflict('remove users from group')
      removeName(transaction, groupNames, row)
      transaction.remove(iamGroups, group.id)
    })
    return {}
  },
})
