import { attachedPage } from '../../shared/attached-policies.ts'
import { defineGroupOperation } from '../../shared/groups.ts'

export const ListAttachedGroupPolicies = defineGroupOperation('ListAttachedGroupPolicies', {
  handle: ({ row }, input) => Promise.resolve(attachedPage(row, input)),
})
