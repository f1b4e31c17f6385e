import { kmsAliases } from '../../../metadata/tables/kms-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { grantTokens } from '../../shared/grant-tokens.ts'
import { keyKeys } from '../../shared/condition-keys.ts'
import { managedKey, S3_ALIAS } from '../../shared/create-key.ts'
import { authorizeAccount } from '../../shared/key-access.ts'
import { keyMetadata } from '../../shared/key-metadata.ts'
import type { KmsContext } from '../../shared/kms-service.ts'
import { defineOperation, useKey } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'
import { aliasArn, keyArn } from '../../shared/resolve-key.ts'

const input = members({ KeyId: keyName, GrantTokens: grantTokens })

export const DescribeKey = defineOperation('DescribeKey', {
  input,
  async handle({ KeyId }, context) {
    const { service, caller } = context
    const isManaged = KeyId === S3_ALIAS || KeyId === aliasArn(service, caller.accountId, S3_ALIAS)
    if (isManaged) await makeManagedKey(context)
    const use = { operation: 'DescribeKey', acceptsAlias: true, usable: 'any state' } as const
    return { KeyMetadata: keyMetadata(await useKey(context, KeyId, use)) }
  },
})

/**
 * Gives the alias its key where it has none yet, for those who may look at it. Source: AWS KMS API Reference, DescribeKey, of a
 * predefined alias.
 */
async function makeManagedKey({ service, caller }: KmsContext): Promise<void> {
  const { accountId } = caller
  if (await readRow(service.metadata, kmsAliases, accountId, S3_ALIAS)) return
  const keys = { ...keyKeys({}), 'kms:RequestAlias': S3_ALIAS }
  authorizeAccount(service, caller, 'DescribeKey', { resource: keyArn(service, accountId, '*'), keys })
  await managedKey(service, accountId)
}
