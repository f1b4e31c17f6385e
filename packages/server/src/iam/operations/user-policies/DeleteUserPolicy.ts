import { boundaryKeys } from '../../shared/permissions-boundary.ts'
import { withoutInlinePolicy } from '../../shared/policy-document.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { changeUser } from '../../shared/users.ts'

export const DeleteUserPolicy = defineUserOperation('DeleteUserPolicy', {
  keys: (_, row) => boundaryKeys(row?.boundary),
  async handle(user, { PolicyName }, { service }) {
    await changeUser(service, user, (row) => ({
      ...row,
      inlinePolicies: withoutInlinePolicy(row, PolicyName, 'user'),
    }))
    return {}
  },
})
