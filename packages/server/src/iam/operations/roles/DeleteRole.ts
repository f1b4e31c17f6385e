import { iamKeyUses, iamRoleInstanceProfiles, iamRoles } from '../../../metadata/tables/iam-tables.ts'
import { iamServiceUses } from '../../../metadata/tables/service-access-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { assertNoPolicies, deleteConflict } from '../../shared/delete-conflict.ts'
import { removeName } from '../../shared/entity-names.ts'
import { defineRoleOperation, roleNames, roles } from '../../shared/roles.ts'
import { entityForWrite } from '../../shared/named-entity.ts'
import { removeBoundaryUse } from '../../shared/permissions-boundary.ts'

/** Whoever puts a role into an instance profile writes its row, so that none goes into one that is being deleted. */
export const DeleteRole = defineRoleOperation('DeleteRole', {
  async handle(role, _, { service }) {
    await transact(service.metadata, async (transaction) => {
      const row = await entityForWrite(transaction, roles, role)
      const profiles = await transaction.scan({ ...iamRoleInstanceProfiles.range(role.id), limit: 1 })
      if (profiles.length > 0) throw deleteConflict('remove roles from instance profile')
      assertNoPolicies(row)
      await removeBoundaryUse(transaction, role.id, row)
      transaction.remove(iamRoles, role.id)
      transaction.remove(iamKeyUses, role.id)
      transaction.remove(iamServiceUses, role.id)
      removeName(transaction, roleNames, row)
    })
    return {}
  },
})
