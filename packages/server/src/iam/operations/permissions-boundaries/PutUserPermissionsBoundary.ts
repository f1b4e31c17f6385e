import { defineUserOperation } from '../../shared/operation.ts'
import { boundaryKeys, withBoundary } from '../../shared/permissions-boundary.ts'
import { changeUser } from '../../shared/users.ts'

export const PutUserPermissionsBoundary = defineUserOperation('PutUserPermissionsBoundary', {
  keys: ({ PermissionsBoundary }) => boundaryKeys(PermissionsBoundary),
  async handle(user, { PermissionsBoundary }, { service }) {
    await changeUser(service, user, (row, transaction) =>
      withBoundary(transaction, user.id, row, PermissionsBoundary),
    )
    return {}
  },
})
