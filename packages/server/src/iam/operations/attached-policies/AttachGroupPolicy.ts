import { policyKeys, withAttached } from '../../shared/attached-policies.ts'
import { changeGroup, defineGroupOperation } from '../../shared/groups.ts'

export const AttachGroupPolicy = defineGroupOperation('AttachGroupPolicy', {
  keys: policyKeys,
  async handle(group, input, { service }) {
    await changeGroup(service, group, (row, transaction) =>
      withAttached(transaction, group.id, row, input, 'Group'),
    )
    return {}
  },
})
