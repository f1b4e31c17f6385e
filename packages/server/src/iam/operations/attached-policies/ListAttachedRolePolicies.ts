import { attachedPage } from '../../shared/attached-policies.ts'
import { defineRoleOperation } from '../../shared/roles.ts'

export const ListAttachedRolePolicies = defineRoleOperation('ListAttachedRolePolicies', {
  handle: ({ row }, input) => Promise.resolve(attachedPage(row, input)),
})
