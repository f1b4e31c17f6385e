import { changeRole, DEFAULT_SESSION_SECONDS, defineRoleOperation } from '../../shared/roles.ts'

/**
 * Sessions that have begun end when they were to end. Source: IAM API Reference, UpdateRole, MaxSessionDuration: "If you do not
 * specify a value for this setting, the default value of one hour is applied."
 */
export const UpdateRole = defineRoleOperation('UpdateRole', {
  async handle(role, { Description, MaxSessionDuration }, { service }) {
    await changeRole(service, role, (row) => ({
      ...row,
      description: Description ?? row.description,
      maximumSessionSeconds: MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
    }))
    return {}
  },
})
