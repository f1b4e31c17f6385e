import { policyKeys, withoutAttached } from '../../shared/attached-policies.ts'
import { changeGroup, defineGroupOperation } from '../../shared/groups.ts'

export const DetachGroupPolicy = defineGroupOperation(
  'DetachGroupPolicy',
  async (group, input, { service }) => {
    await changeGroup(service, group, (row) => withoutAttached(row, input))
    return {}
  },
  policyKeys,
)
