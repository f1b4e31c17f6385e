import { defineGroupOperation } from '../../shared/groups.ts'
import { pageOfList } from '../../shared/page.ts'

export const ListGroupPolicies = defineGroupOperation('ListGroupPolicies', {
  handle({ row }, input) {
    const { items, rest } = pageOfList(Object.keys(row.inlinePolicies ?? {}).toSorted(), input)
    return Promise.resolve({ PolicyNames: items, ...rest })
  },
})
