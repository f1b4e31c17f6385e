import { changePolicy } from '../../shared/managed-policies.ts'
import { definePolicyOperation } from '../../shared/policy-operation.ts'
import { requestTagKeys, withTags } from '../../shared/tags.ts'

export const TagPolicy = definePolicyOperation('TagPolicy', {
  keys: ({ Tags }) => requestTagKeys(Tags),
  async handle(policy, { Tags }, { service }) {
    await changePolicy(service, policy, (row) => ({
      ...row,
      tags: withTags(row.tags ?? [], Tags, 'different'),
    }))
    return {}
  },
})
