import { defineUserOperation } from '../../shared/operation.ts'
import { boundaryKeys, withoutBoundary } from '../../shared/permissions-boundary.ts'
import { changeUser } from '../../shared/users.ts'

export const DeleteUserPermissionsBoundary = defineUserOperation('DeleteUserPermissionsBoundary', {
  keys: (_, row) => boundaryKeys(row?.boundary),
  async handle(user, _, { service }) {
    await changeUser(service, user, (row, transaction) => withoutBoundary(transaction, user.id, row))
    return {}
  },
})
