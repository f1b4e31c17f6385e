import { requirePolicy, shownVersion } from '../../shared/managed-policies.ts'
import { defineOperation } from '../../shared/operation.ts'
import { pageOfList } from '../../shared/page.ts'

export const ListPolicyVersions = defineOperation('ListPolicyVersions', {
  resource: ({ PolicyArn }) => PolicyArn,
  handle({ PolicyArn, ...page }) {
    const { items, rest } = pageOfList([shownVersion(requirePolicy(PolicyArn))], page)
    return Promise.resolve({ Versions: items, ...rest })
  },
})
