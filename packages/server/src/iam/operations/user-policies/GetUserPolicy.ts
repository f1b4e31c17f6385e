import { inlinePolicy, shownPolicy } from '../../shared/policy-document.ts'
import { defineUserOperation } from '../../shared/operation.ts'

export const GetUserPolicy = defineUserOperation('GetUserPolicy', {
  handle({ row }, { PolicyName }) {
    const PolicyDocument = shownPolicy(inlinePolicy(row, PolicyName, 'user'))
    return Promise.resolve({ UserName: row.name, PolicyName, PolicyDocument })
  },
})
