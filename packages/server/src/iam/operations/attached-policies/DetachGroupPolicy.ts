import { policyKeys, withoutAttached } from '../../shared/attached-policies.ts'
import { changeGroup, defineGroupOperation } from '../../shared/groups.ts'

export const DetachGroupPolicy = defineGroupOperation('DetachGroupPolicy', {
  keys: policyKeys,
  async handle(group, input, { service }) {
    await changeGroup(service, group, (row, transaction) =>
      withoutAttached(transaction, group.id, row, input),
    )
    return {}
  },
})
