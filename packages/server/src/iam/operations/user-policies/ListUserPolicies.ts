import { defineUserOperation } from '../../shared/operation.ts'
import { pageOfList } from '../../shared/page.ts'

export const ListUserPolicies = defineUserOperation('ListUserPolicies', {
  handle({ row }, input) {
    const names = Object.keys(row.inlinePolicies ?? {}).toSorted()
    const { items, rest } = pageOfList(names, input)
    return Promise.resolve({ PolicyNames: items, ...rest })
  },
})
