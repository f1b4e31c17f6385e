import { kmsAliases } from '../../../metadata/tables/kms-tables.ts'
import { readRow, transact } from '../../../metadata/transaction.ts'
import { aliasName, authorizeAlias, requireOwnAlias } from '../../shared/alias-name.ts'
import { KmsError } from '../../shared/kms-error.ts'
import { defineOperation, useKey } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'
import { aliasArn } from '../../shared/resolve-key.ts'

const input = members({ AliasName: aliasName })

export const DeleteAlias = defineOperation('DeleteAlias', {
  input,
  async handle({ AliasName }, context) {
    const { service, caller } = context
    requireOwnAlias(AliasName)
    authorizeAlias(service, caller, 'DeleteAlias', AliasName)
    const known = await readRow(service.metadata, kmsAliases, caller.accountId, AliasName)
    if (!known) {
      const arn = aliasArn(service, caller.accountId, AliasName)
      throw new KmsError('NotFoundException', `Alias ${arn} is not found.`)
    }
    await useKey(context, known.keyId, { operation: 'DeleteAlias', acceptsAlias: false, usable: 'any state' })
    await transact(service.metadata, async (transaction) => {
      transaction.remove(kmsAliases, caller.accountId, AliasName)
    })
    return {}
  },
})
