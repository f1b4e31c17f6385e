import { changeKey } from '../../shared/change-key.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { checkedKeyPolicy } from '../../shared/key-policy.ts'
import { lockoutCheckKeys } from '../../shared/condition-keys.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { requireDefaultName } from '../../shared/policy-name.ts'
import { members, flag, optional, text } from '../../shared/read-input.ts'

const input = members({
  KeyId: keyName,
  PolicyName: optional(text({ most: 128 })),
  Policy: text({ most: 131_072 }),
  BypassPolicyLockoutSafetyCheck: optional(flag),
})

export const PutKeyPolicy = defineKeyOperation('PutKeyPolicy', {
  input,
  // Source: AWS KMS Developer Guide, "Key states of AWS KMS keys".
  usable: 'any state',
  keys: ({ BypassPolicyLockoutSafetyCheck: bypasses }) => lockoutCheckKeys(bypasses),
  async handle({ Policy, PolicyName, BypassPolicyLockoutSafetyCheck }, key, context) {
    requireDefaultName(PolicyName)
    const bypassLockoutCheck = BypassPolicyLockoutSafetyCheck === true
    const policy = await checkedKeyPolicy(context, Policy, { bypassLockoutCheck, arn: key.arn })
    await changeKey(context.service, key, (row) => ({ ...row, policy }))
    return {}
  },
})
