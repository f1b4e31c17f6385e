import { changeGroup, defineGroupOperation } from '../../shared/groups.ts'
import { withoutInlinePolicy } from '../../shared/policy-document.ts'

export const DeleteGroupPolicy = defineGroupOperation('DeleteGroupPolicy', {
  async handle(group, { PolicyName }, { service }) {
    await changeGroup(service, group, (row) => ({
      ...row,
      inlinePolicies: withoutInlinePolicy(row, PolicyName, 'group'),
    }))
    return {}
  },
})
