import { authorizeAccount } from '../../shared/key-access.ts'
import { tagList, withTags } from '../../shared/common-inputs.ts'
import { createKey } from '../../shared/create-key.ts'
import { defaultKeyPolicy } from '../../shared/default-policies.ts'
import { keyMetadata } from '../../shared/key-metadata.ts'
import { checkedKeyPolicy } from '../../shared/key-policy.ts'
import { KmsError } from '../../shared/kms-error.ts'
import { KEY_KEYS, lockoutCheckKeys } from '../../shared/condition-keys.ts'
import { defineOperation } from '../../shared/operation.ts'
import { keyArn } from '../../shared/resolve-key.ts'
import { flag, members, optional, text, unsupported } from '../../shared/read-input.ts'

const name = text({ most: 64 })

const input = members({
  Policy: optional(text({ most: 131_072 })),
  Description: optional(text({ least: 0, most: 8192 })),
  KeyUsage: optional(name),
  KeySpec: optional(name),
  CustomerMasterKeySpec: optional(name),
  Origin: optional(name),
  MultiRegion: optional(flag),
  BypassPolicyLockoutSafetyCheck: optional(flag),
  Tags: optional(tagList),
  CustomKeyStoreId: unsupported,
  XksKeyId: unsupported,
})

export const CreateKey = defineOperation('CreateKey', {
  input,
  async handle(input, context) {
    const { service, caller } = context
    authorizeAccount(service, caller, 'CreateKey', {
      tags: input,
      keys: { ...KEY_KEYS, ...lockoutCheckKeys(input.BypassPolicyLockoutSafetyCheck) },
    })
    // Source: AWS KMS Developer Guide, "Add tags while creating a KMS key": the permission has to cover all keys.
    if (input.Tags && input.Tags.length > 0)
      authorizeAccount(service, caller, 'TagResource', {
        resource: keyArn(service, caller.accountId, '*'),
        tags: input,
      })
    requireSupported('KeySpec', input.KeySpec ?? input.CustomerMasterKeySpec, 'SYMMETRIC_DEFAULT')
    requireSupported('KeyUsage', input.KeyUsage, 'ENCRYPT_DECRYPT')
    requireSupported('Origin', input.Origin, 'AWS_KMS')
    requireSupported('MultiRegion', String(input.MultiRegion ?? false), 'false')
    const { accountId } = caller
    const bypassLockoutCheck = input.BypassPolicyLockoutSafetyCheck === true
    const policy =
      input.Policy === undefined
        ? defaultKeyPolicy(accountId)
        : await checkedKeyPolicy(context, input.Policy, { bypassLockoutCheck })
    const tags = withTags({}, input.Tags ?? [])
    const key = await createKey(service, { accountId, policy, tags, description: input.Description })
    return { KeyMetadata: keyMetadata(key) }
  },
})

function requireSupported(member: string, value: string | undefined, supported: string): void {
  if (value === undefined || value === supported) return
  throw new KmsError(
    'UnsupportedOperationException',
    `${member} ${value} is not supported here; only ${supported} is.`,
  )
}
