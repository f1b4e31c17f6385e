import { boundaryKeys } from '../../shared/permissions-boundary.ts'
import { withInlinePolicy } from '../../shared/policy-document.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { changeUser } from '../../shared/users.ts'
import { QUOTAS } from '../../shared/quotas.ts'

export const PutUserPolicy = defineUserOperation('PutUserPolicy', {
  keys: (_, row) => boundaryKeys(row?.boundary),
  async handle(user, input, { service }) {
    await changeUser(service, user, (row) => {
      const { inlinePolicies = {}, name } = row
      return {
        ...row,
        inlinePolicies: withInlinePolicy(inlinePolicies, input, `user ${name}`, QUOTAS.UserPolicySizeQuota),
      }
    })
    return {}
  },
})
