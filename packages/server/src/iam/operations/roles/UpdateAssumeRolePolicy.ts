import { keptTrustPolicy } from '../../shared/policy-document.ts'
import { changeRole, defineRoleOperation } from '../../shared/roles.ts'

/** Sessions that have begun go on. */
export const UpdateAssumeRolePolicy = defineRoleOperation('UpdateAssumeRolePolicy', {
  async handle(role, { PolicyDocument }, { service }) {
    const trustPolicy = await keptTrustPolicy(service.metadata, PolicyDocument)
    await changeRole(service, role, (row) => ({ ...row, trustPolicy }))
    return {}
  },
})
