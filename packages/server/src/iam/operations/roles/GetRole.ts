import { defineRoleOperation, shownRoleAlone } from '../../shared/roles.ts'
import { roleLastUsed } from '../../shared/role-last-used.ts'

/** The time of the last use may be a minute behind: it is written down beside the requests. */
export const GetRole = defineRoleOperation('GetRole', {
  async handle(role, _, { service: { metadata, keyUses, clock } }) {
    const shown = await shownRoleAlone(metadata, role)
    return { Role: { ...shown, RoleLastUsed: roleLastUsed(await keyUses.find(role.id), clock.now()) } }
  },
})
