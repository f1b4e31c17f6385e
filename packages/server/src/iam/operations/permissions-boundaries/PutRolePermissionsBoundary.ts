import { boundaryKeys, withBoundary } from '../../shared/permissions-boundary.ts'
import { changeRole, defineRoleOperation } from '../../shared/roles.ts'

export const PutRolePermissionsBoundary = defineRoleOperation('PutRolePermissionsBoundary', {
  keys: ({ PermissionsBoundary }) => boundaryKeys(PermissionsBoundary),
  async handle(role, { PermissionsBoundary }, { service }) {
    await changeRole(service, role, (row, transaction) =>
      withBoundary(transaction, role.id, row, PermissionsBoundary),
    )
    return {}
  },
})
