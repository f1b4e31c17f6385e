import { requirePolicy, shownManagedPolicy } from '../../shared/managed-policies.ts'
import { defineOperation } from '../../shared/operation.ts'

export const GetPolicy = defineOperation('GetPolicy', {
  resource: ({ PolicyArn }) => PolicyArn,
  async handle({ PolicyArn }, { service: { metadata }, caller }) {
    const policy = requirePolicy(PolicyArn)
    const shown = await shownManagedPolicy(metadata, caller.account.id, policy)
    return { Policy: { ...shown, Description: policy.description } }
  },
})
