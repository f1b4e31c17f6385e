import { boundaryKeys } from '../../shared/permissions-boundary.ts'
import { withInlinePolicy } from '../../shared/policy-document.ts'
import { changeRole, defineRoleOperation } from '../../shared/roles.ts'

/** Source: IAM User Guide, "IAM and AWS STS quotas": all inline policies of a role together. */
const MOST_CHARACTERS = 10_240

export const PutRolePolicy = defineRoleOperation('PutRolePolicy', {
  keys: (_, row) => boundaryKeys(row?.boundary),
  async handle(role, input, { service }) {
    await changeRole(service, role, (row) => {
      const { inlinePolicies = {}, name } = row
      return {
        ...row,
        inlinePolicies: withInlinePolicy(inlinePolicies, input, `role ${name}`, MOST_CHARACTERS),
      }
    })
    return {}
  },
})
