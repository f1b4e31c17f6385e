import { boundaryKeys } from '../../shared/permissions-boundary.ts'
import { withInlinePolicy } from '../../shared/policy-document.ts'
import { changeRole, defineRoleOperation } from '../../shared/roles.ts'
import { QUOTAS } from '../../shared/quotas.ts'

export const PutRolePolicy = defineRoleOperation('PutRolePolicy', {
  keys: (_, row) => boundaryKeys(row?.boundary),
  async handle(role, input, { service }) {
    await changeRole(service, role, (row) => {
      const { inlinePolicies = {}, name } = row
      return {
        ...row,
        inlinePolicies: withInlinePolicy(inlinePolicies, input, `role ${name}`, QUOTAS.RolePolicySizeQuota),
      }
    })
    return {}
  },
})
