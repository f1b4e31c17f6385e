import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import type { KmsKeyRow } from '../../../metadata/tables/kms-tables.ts'
import { writtenVersion } from '../../../metadata/written-version.ts'
import { authorizeAccount } from '../../shared/key-access.ts'
import { tagList, withTags } from '../../shared/common-inputs.ts'
import { createKey } from '../../shared/create-key.ts'
import { defaultKeyPolicy } from '../../shared/default-policies.ts'
import { keyMetadata } from '../../shared/key-metadata.ts'
import { checkedKeyPolicy } from '../../shared/key-policy.ts'
import { isImportable } from '../../shared/imports/check-material.ts'
import { KmsError } from '../../shared/kms-error.ts'
import { keyKeys, lockoutCheckKeys } from '../../shared/condition-keys.ts'
import {
  KEY_SPEC_NAMES,
  KEY_USAGES,
  type KeyUsage,
  specNamed,
  SYMMETRIC_DEFAULT,
} from '../../shared/key-specs.ts'
import { defineOperation } from '../../shared/operation.ts'
import { keyArn } from '../../shared/resolve-key.ts'
import { flag, members, oneOf, optional, text, unsupported } from '../../shared/read-input.ts'

const spec = optional(oneOf(...KEY_SPEC_NAMES, 'SM2'))

const input = members({
  Policy: optional(text({ most: 131_072 })),
  Description: optional(text({ least: 0, most: 8192 })),
  KeyUsage: optional(oneOf(...KEY_USAGES)),
  KeySpec: spec,
  CustomerMasterKeySpec: spec,
  Origin: optional(oneOf('AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE')),
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
    if (input.KeySpec !== undefined && input.CustomerMasterKeySpec !== undefined)
      throw invalid('KeySpec and its older name CustomerMasterKeySpec are not to be said both.')
    const asked = { spec: input.KeySpec ?? input.CustomerMasterKeySpec, usage: input.KeyUsage }
    authorizeAccount(service, caller, 'CreateKey', {
      tags: input,
      keys: {
        ...keyKeys({ ...asked, origin: input.Origin }),
        ...lockoutCheckKeys(input.BypassPolicyLockoutSafetyCheck),
      },
    })
    // Source: AWS KMS Developer Guide, "Add tags while creating a KMS key": the permission has to cover all keys.
    if (input.Tags && input.Tags.length > 0)
      authorizeAccount(service, caller, 'TagResource', {
        resource: keyArn(service, caller.accountId, '*'),
        tags: input,
      })
    const kind = kindOf(asked, input.Origin === 'EXTERNAL', service.metadata)
    requireSupported('Origin', input.Origin, 'AWS_KMS', 'EXTERNAL')
    requireSupported('MultiRegion', String(input.MultiRegion ?? false), 'false')
    const { accountId } = caller
    const bypassLockoutCheck = input.BypassPolicyLockoutSafetyCheck === true
    const policy =
      input.Policy === undefined
        ? defaultKeyPolicy(accountId)
        : await checkedKeyPolicy(context, input.Policy, { bypassLockoutCheck })
    const tags = withTags({}, input.Tags ?? [])
    const key = await createKey(service, { accountId, policy, tags, description: input.Description, ...kind })
    return { KeyMetadata: keyMetadata(key) }
  },
})

/**
 * What a row says of a key's kind: nothing of a symmetric one that encrypts. Throws ValidationException for a use that the kind has not. Source:
 * AWS KMS API Reference, CreateKey, KeyUsage: to be named for all but symmetric keys.
 */
function kindOf(
  {
    spec = SYMMETRIC_DEFAULT,
    usage,
  }: { readonly spec?: string | undefined; readonly usage?: KeyUsage | undefined },
  isExternal: boolean,
  metadata: OrderedStore,
): Pick<KmsKeyRow, 'spec' | 'usage' | 'imports'> {
  const found = specNamed(spec)
  const { name, algorithms } = found
  if (usage === undefined && name !== SYMMETRIC_DEFAULT)
    throw invalid(`You must specify a KeyUsage value for all KeySpecs except ${SYMMETRIC_DEFAULT}.`)
  if (usage !== undefined && !algorithms[usage])
    throw invalid(`KeyUsage ${usage} is not compatible with KeySpec ${name}.`)
  if (name === SYMMETRIC_DEFAULT && !isExternal) return {}
  if (isExternal && !isImportable(found))
    throw new KmsError(
      'UnsupportedOperationException',
      `Origin EXTERNAL is not supported with KeySpec ${name}.`,
    )
  // A server that goes back to the version before would take it for a symmetric key with material of its own.
  if (writtenVersion(metadata) === 1)
    throw new KmsError('KMSInternalException', 'The store is not written in the newest form yet.')
  return {
    ...(name !== SYMMETRIC_DEFAULT && { spec: name }),
    ...(usage !== undefined && usage !== 'ENCRYPT_DECRYPT' && { usage }),
    ...(isExternal && { imports: [] }),
  }
}

function invalid(message: string): KmsError {
  return new KmsError('ValidationException', message)
}

function requireSupported(member: string, value: string | undefined, ...supported: readonly string[]): void {
  if (value === undefined || supported.includes(value)) return
  throw new KmsError(
    'UnsupportedOperationException',
    `${member} ${value} is not supported here; only ${supported.join(' and ')} ${supported.length > 1 ? 'are' : 'is'}.`,
  )
}
