import { iamKeyUses, iamRoles } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { assertNoPolicies } from '../../shared/delete-conflict.ts'
import { removeName } from '../../shared/entity-names.ts'
import { defineRoleOperation, roleForWrite, roleNames } from '../../shared/roles.ts'

export const DeleteRole = defineRoleOperation('DeleteRole', {
  async handle(role, _, { service }) {
    await transact(service.metadata, async (transaction) => {
      const row = await roleForWrite(transaction, role)
      assertNoPolicies(row)
      transaction.remove(iamRoles, role.id)
      transaction.remove(iamKeyUses, role.id)
      removeName(transaction, roleNames, row)
    })
    return {}
  },
})
