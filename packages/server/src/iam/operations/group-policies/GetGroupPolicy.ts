import { defineGroupOperation } from '../../shared/groups.ts'
import { inlinePolicy, shownPolicy } from '../../shared/policy-document.ts'

export const GetGroupPolicy = defineGroupOperation('GetGroupPolicy', {
  handle({ row }, { PolicyName }) {
    const PolicyDocument = shownPolicy(inlinePolicy(row, PolicyName, 'group'))
    return Promise.resolve({ GroupName: row.name, PolicyName, PolicyDocument })
  },
})
