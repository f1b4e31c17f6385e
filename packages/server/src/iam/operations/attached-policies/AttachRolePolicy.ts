import { policyKeys, withAttached } from '../../shared/attached-policies.ts'
import { boundaryKeys } from '../../shared/permissions-boundary.ts'
import { changeRole, defineRoleOperation } from '../../shared/roles.ts'

export const AttachRolePolicy = defineRoleOperation('AttachRolePolicy', {
  keys: (input, row) => ({ ...policyKeys(input), ...boundaryKeys(row?.boundary) }),
  async handle(role, input, { service }) {
    await changeRole(service, role, (row, transaction) =>
      withAttached(transaction, role.id, row, input, 'Role'),
    )
    return {}
  },
})
