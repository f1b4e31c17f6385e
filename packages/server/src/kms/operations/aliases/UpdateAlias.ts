import { kmsAliases } from '../../../metadata/tables/kms-tables.ts'
import { readRow, transact } from '../../../metadata/transaction.ts'
import { aliasName, authorizeAlias, requireOwnAlias } from '../../shared/alias-name.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { KmsError } from '../../shared/kms-error.ts'
import { defineOperation, useKey } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'
import { aliasArn } from '../../shared/resolve-key.ts'

const input = members({ AliasName: aliasName, TargetKeyId: keyName })

export const UpdateAlias = defineOperation('UpdateAlias', {
  input,
  async handle({ AliasName, TargetKeyId }, context) {
    const { service, caller } = context
    requireOwnAlias(AliasName)
    authorizeAlias(service, caller, 'UpdateAlias', AliasName)
    const known = await readRow(service.metadata, kmsAliases, caller.accountId, AliasName)
    const arn = aliasArn(service, caller.accountId, AliasName)
    if (!known) throw new KmsError('NotFoundException', `Alias ${arn} is not found.`)
    const use = { operation: 'UpdateAlias', acceptsAlias: false } as const
    await useKey(context, known.keyId, { ...use, usable: 'any state' })
    const key = await useKey(context, TargetKeyId, { ...use, usable: 'not pending deletion' })
    await transact(service.metadata, async (transaction) => {
      const row = await transaction.get(kmsAliases, caller.accountId, AliasName)
      if (!row) throw new KmsError('NotFoundException', `Alias ${arn} is not found.`)
      const updatedMilliseconds = service.clock.now().getTime()
      transaction.put(kmsAliases, [caller.accountId, AliasName], {
        ...row,
        keyId: key.id,
        updatedMilliseconds,
      })
    })
    return {}
  },
})
