import { changeRole, defineRoleOperation, shownRoleAlone } from '../../shared/roles.ts'

/** What UpdateRole does, of the description alone: clients that are older than that still ask for it. */
export const UpdateRoleDescription = defineRoleOperation('UpdateRoleDescription', {
  async handle(role, { Description }, { service }) {
    await changeRole(service, role, (row) => ({ ...row, description: Description }))
    const changed = { ...role, row: { ...role.row, description: Description } }
    return { Role: await shownRoleAlone(service.metadata, changed) }
  },
})
