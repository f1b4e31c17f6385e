import { changePolicy } from '../../shared/managed-policies.ts'
import { definePolicyOperation } from '../../shared/policy-operation.ts'
import { withoutTags } from '../../shared/tags.ts'

export const UntagPolicy = definePolicyOperation('UntagPolicy', {
  keys: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),
  async handle(policy, { TagKeys }, { service }) {
    await changePolicy(service, policy, (row) => ({
      ...row,
      tags: withoutTags(row.tags ?? [], TagKeys, 'different'),
    }))
    return {}
  },
})
