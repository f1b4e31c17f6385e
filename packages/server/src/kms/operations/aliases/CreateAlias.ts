import { kmsAliases } from '../../../metadata/tables/kms-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { aliasName, authorizeAlias, requireOwnAlias } from '../../shared/alias-name.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { KmsError } from '../../shared/kms-error.ts'
import { defineOperation, useKey } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'
import { aliasArn } from '../../shared/resolve-key.ts'

const input = members({ AliasName: aliasName, TargetKeyId: keyName })

export const CreateAlias = defineOperation('CreateAlias', {
  input,
  async handle({ AliasName, TargetKeyId }, context) {
    const { service, caller } = context
    requireOwnAlias(AliasName)
    authorizeAlias(service, caller, 'CreateAlias', AliasName)
    const use = { operation: 'CreateAlias', acceptsAlias: false, usable: 'not pending deletion' } as const
    const key = await useKey(context, TargetKeyId, use)
    await transact(service.metadata, async (transaction) => {
      if (await transaction.get(kmsAliases, caller.accountId, AliasName)) {
        const arn = aliasArn(service, caller.accountId, AliasName)
        throw new KmsError('AlreadyExistsException', `An alias with the name ${arn} already exists`)
      }
      const now = service.clock.now().getTime()
      const row = { keyId: key.id, createdMilliseconds: now, updatedMilliseconds: now }
      transaction.put(kmsAliases, [caller.accountId, AliasName], row)
    })
    return {}
  },
})
