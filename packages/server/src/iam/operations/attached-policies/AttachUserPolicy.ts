import { policyKeys, withAttached } from '../../shared/attached-policies.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { boundaryKeys } from '../../shared/permissions-boundary.ts'
import { changeUser } from '../../shared/users.ts'

export const AttachUserPolicy = defineUserOperation('AttachUserPolicy', {
  keys: (input, row) => ({ ...policyKeys(input), ...boundaryKeys(row?.boundary) }),
  async handle(user, input, { service }) {
    await changeUser(service, user, (row, transaction) =>
      withAttached(transaction, user.id, row, input, 'User'),
    )
    return {}
  },
})
