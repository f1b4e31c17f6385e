import { changeKey } from '../change-key.ts'
import { keyName } from '../common-inputs.ts'
import { checkKeyPolicy } from '../key-policy.ts'
import { defineKeyOperation } from '../operation.ts'
import { requireDefaultName } from '../policy-name.ts'
import { members, flag, optional, text } from '../read-input.ts'

const input = members({
  KeyId: keyName,
  PolicyName: optional(text({ most: 128 })),
  Policy: text({ most: 131_072 }),
  BypassPolicyLockoutSafetyCheck: optional(flag),
})

export const PutKeyPolicy = defineKeyOperation('PutKeyPolicy', {
  input,
  usable: 'not pending deletion',
  async handle({ Policy, PolicyName, BypassPolicyLockoutSafetyCheck }, key, { service, caller }) {
    requireDefaultName(PolicyName)
    checkKeyPolicy(caller, Policy, BypassPolicyLockoutSafetyCheck === true)
    await changeKey(service, key, (row) => ({ ...row, policy: Policy }))
    return {}
  },
})
