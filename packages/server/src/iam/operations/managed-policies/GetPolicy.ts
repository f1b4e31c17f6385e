import { shownPolicies } from '../../shared/managed-policies.ts'
import { definePolicyOperation } from '../../shared/policy-operation.ts'
import { shownTags } from '../../shared/tags.ts'

export const GetPolicy = definePolicyOperation('GetPolicy', {
  async handle(policy, _, { service: { metadata }, caller }) {
    const { description, tags } = policy
    const [shown] = await shownPolicies(metadata, caller.account.id, [policy])
    const Description = description === undefined ? {} : { Description: description }
    return { Policy: { ...shown, ...Description, Tags: shownTags(tags) } }
  },
})
