import { changeGroup, defineGroupOperation } from '../../shared/groups.ts'
import { withInlinePolicy } from '../../shared/policy-document.ts'
import { QUOTAS } from '../../shared/quotas.ts'

export const PutGroupPolicy = defineGroupOperation('PutGroupPolicy', {
  async handle(group, input, { service }) {
    await changeGroup(service, group, (row) => {
      const { inlinePolicies = {}, name } = row
      return {
        ...row,
        inlinePolicies: withInlinePolicy(inlinePolicies, input, `group ${name}`, QUOTAS.GroupPolicySizeQuota),
      }
    })
    return {}
  },
})
