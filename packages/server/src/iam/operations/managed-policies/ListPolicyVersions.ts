import { shownVersion } from '../../shared/managed-policies.ts'
import { pageOfList } from '../../shared/page.ts'
import { definePolicyOperation } from '../../shared/policy-operation.ts'

export const ListPolicyVersions = definePolicyOperation('ListPolicyVersions', {
  handle(policy, input) {
    const { items, rest } = pageOfList(policy.versions, input)
    return Promise.resolve({ Versions: items.map((version) => shownVersion(policy, version)), ...rest })
  },
})
