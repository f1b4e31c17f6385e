import { shownPolicyText } from '../../../identities/policy-principals.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { requireDefaultName } from '../../shared/policy-name.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members, optional, text } from '../../shared/read-input.ts'

const input = members({ KeyId: keyName, PolicyName: optional(text({ most: 128 })) })

export const GetKeyPolicy = defineKeyOperation('GetKeyPolicy', {
  input,
  usable: 'any state',
  async handle({ PolicyName }, key, { service }) {
    requireDefaultName(PolicyName)
    const Policy = await shownPolicyText(service.metadata, key.row.policy)
    return { Policy, PolicyName: 'default' }
  },
})
