import { changeGroup, defineGroupOperation } from '../../shared/groups.ts'
import { withInlinePolicy } from '../../shared/policy-document.ts'

/** Source: IAM User Guide, "IAM and AWS STS quotas": all inline policies of a group together. */
const MOST_CHARACTERS = 5120

export const PutGroupPolicy = defineGroupOperation('PutGroupPolicy', {
  async handle(group, input, { service }) {
    await changeGroup(service, group, (row) => {
      const { inlinePolicies = {}, name } = row
      return {
        ...row,
        inlinePolicies: withInlinePolicy(inlinePolicies, input, `group ${name}`, MOST_CHARACTERS),
      }
    })
    return {}
  },
})
