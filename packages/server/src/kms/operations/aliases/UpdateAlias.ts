import { kmsAliases } from '../../../metadata/tables/kms-tables.ts'
import { readRow, transact } from '../../../metadata/transaction.ts'
import { aliasName, authorizeAlias, requireOwnAlias } from '../../shared/alias-name.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { KmsError } from '../../shared/kms-error.ts'
import { defineOperation, useKey } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'
import { typeOf, usageOf } from '../../shared/key-specs.ts'
import { aliasArn, type Key } from '../../shared/resolve-key.ts'

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
    const before = await useKey(context, known.keyId, { ...use, usable: 'any state' })
    const key = await useKey(context, TargetKeyId, { ...use, usable: 'not pending deletion' })
    assertAlike(before, key)
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

/** Source: AWS KMS API Reference, UpdateAlias: "must be the same type […] and they must have the same key usage". */
function assertAlike({ row: before }: Key, { row: after }: Key): void {
  if (typeOf(before) === typeOf(after) && usageOf(before) === usageOf(after)) return
  throw new KmsError(
    'ValidationException',
    'The current and the new key of an alias must be of the same type and usage.',
  )
}
