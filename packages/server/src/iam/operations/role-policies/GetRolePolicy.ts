import { inlinePolicy, shownPolicy } from '../../shared/policy-document.ts'
import { defineRoleOperation } from '../../shared/roles.ts'

export const GetRolePolicy = defineRoleOperation('GetRolePolicy', {
  handle({ row }, { PolicyName }) {
    const PolicyDocument = shownPolicy(inlinePolicy(row, PolicyName, 'role'))
    return Promise.resolve({ RoleName: row.name, PolicyName, PolicyDocument })
  },
})
