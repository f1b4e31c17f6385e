import { changeRole, defineRoleOperation } from '../../shared/roles.ts'

/** Sessions that have begun end when they were to end. */
export const UpdateRole = defineRoleOperation('UpdateRole', {
  async handle(role, { Description, MaxSessionDuration }, { service }) {
    await changeRole(service, role, (row) => ({
      ...row,
      description: Description ?? row.description,
      maximumSessionSeconds: MaxSessionDuration ?? row.maximumSessionSeconds,
    }))
    return {}
  },
})
