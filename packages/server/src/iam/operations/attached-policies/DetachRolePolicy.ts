import { policyKeys, withoutAttached } from '../../shared/attached-policies.ts'
import { boundaryKeys } from '../../shared/permissions-boundary.ts'
import { changeRole, defineRoleOperation } from '../../shared/roles.ts'

export const DetachRolePolicy = defineRoleOperation('DetachRolePolicy', {
  keys: (input, row) => ({ ...policyKeys(input), ...boundaryKeys(row?.boundary) }),
  async handle(role, input, { service }) {
    await changeRole(service, role, (row, transaction) => withoutAttached(transaction, role.id, row, input))
    return {}
  },
})
