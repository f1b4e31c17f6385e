import { defineRoleOperation } from '../../shared/roles.ts'

/** None: instance profiles hand roles to machines of EC2, and cannot be made here. Clients ask before they delete a role. */
export const ListInstanceProfilesForRole = defineRoleOperation('ListInstanceProfilesForRole', {
  handle: () => Promise.resolve({ InstanceProfiles: [], IsTruncated: false }),
})
