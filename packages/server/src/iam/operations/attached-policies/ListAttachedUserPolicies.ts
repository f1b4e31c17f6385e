import { attachedPage } from '../../shared/attached-policies.ts'
import { defineUserOperation } from '../../shared/operation.ts'

export const ListAttachedUserPolicies = defineUserOperation('ListAttachedUserPolicies', {
  handle: ({ row }, input) => Promise.resolve(attachedPage(row, input)),
})
