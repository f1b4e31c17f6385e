import { boundaryKeys, withoutBoundary } from '../../shared/permissions-boundary.ts'
import { changeRole, defineRoleOperation } from '../../shared/roles.ts'

export const DeleteRolePermissionsBoundary = defineRoleOperation('DeleteRolePermissionsBoundary', {
  keys: (_, row) => boundaryKeys(row?.boundary),
  async handle(role, _, { service }) {
    await changeRole(service, role, (row, transaction) => withoutBoundary(transaction, role.id, row))
    return {}
  },
})
