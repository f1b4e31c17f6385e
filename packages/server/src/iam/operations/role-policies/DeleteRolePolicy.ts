import { boundaryKeys } from '../../shared/permissions-boundary.ts'
import { withoutInlinePolicy } from '../../shared/policy-document.ts'
import { changeRole, defineRoleOperation } from '../../shared/roles.ts'

export const DeleteRolePolicy = defineRoleOperation('DeleteRolePolicy', {
  keys: (_, row) => boundaryKeys(row?.boundary),
  async handle(role, { PolicyName }, { service }) {
    await changeRole(service, role, (row) => ({
      ...row,
      inlinePolicies: withoutInlinePolicy(row, PolicyName, 'role'),
    }))
    return {}
  },
})
