import { instanceProfilesOfRole, shownInstanceProfiles } from '../../shared/instance-profiles.ts'
import { defineRoleOperation } from '../../shared/roles.ts'

export const ListInstanceProfilesForRole = defineRoleOperation('ListInstanceProfilesForRole', {
  async handle(role, input, { service: { metadata } }) {
    const { items, rest } = await instanceProfilesOfRole(metadata, role.id, input)
    return { InstanceProfiles: await shownInstanceProfiles(metadata, items), ...rest }
  },
})
