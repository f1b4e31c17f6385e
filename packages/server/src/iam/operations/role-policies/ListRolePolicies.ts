import { pageOfList } from '../../shared/page.ts'
import { defineRoleOperation } from '../../shared/roles.ts'

export const ListRolePolicies = defineRoleOperation('ListRolePolicies', {
  handle({ row }, input) {
    const { items, rest } = pageOfList(Object.keys(row.inlinePolicies ?? {}).toSorted(), input)
    return Promise.resolve({ PolicyNames: items, ...rest })
  },
})
