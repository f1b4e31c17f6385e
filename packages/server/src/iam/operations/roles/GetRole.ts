import { defineRoleOperation, shownRoleWithTags } from '../../shared/roles.ts'

export const GetRole = defineRoleOperation('GetRole', {
  handle: async (role, _, { service }) => ({ Role: await shownRoleWithTags(service.metadata, role) }),
})
