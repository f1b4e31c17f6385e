import { policyKeys, withoutAttached } from '../../shared/attached-policies.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { boundaryKeys } from '../../shared/permissions-boundary.ts'
import { changeUser } from '../../shared/users.ts'

export const DetachUserPolicy = defineUserOperation('DetachUserPolicy', {
  keys: (input, row) => ({ ...policyKeys(input), ...boundaryKeys(row?.boundary) }),
  async handle(user, input, { service }) {
    await changeUser(service, user, (row, transaction) => withoutAttached(transaction, user.id, row, input))
    return {}
  },
})
