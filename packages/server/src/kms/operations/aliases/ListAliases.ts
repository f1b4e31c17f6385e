import { kmsAliases } from '../../../metadata/tables/kms-tables.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { deniedAbroad } from '../../shared/access-denied.ts'
import { authorizeAccount } from '../../shared/key-access.ts'
import { seconds } from '../../shared/key-metadata.ts'
import { defineOperation } from '../../shared/operation.ts'
import { SHORT_PAGE, pageOfTable } from '../../shared/page.ts'
import { members, optional } from '../../shared/read-input.ts'
import { aliasArn, resolveKey } from '../../shared/resolve-key.ts'

const input = members({ KeyId: optional(keyName), ...SHORT_PAGE })

/** With a key, a page may have fewer aliases than its limit, none at all too, and go on all the same. */
export const ListAliases = defineOperation('ListAliases', {
  input,
  async handle(input, { service, caller }) {
    authorizeAccount(service, caller, 'ListAliases')
    const { accountId } = caller
    const use = { operation: 'ListAliases', acceptsAlias: false } as const
    const key = input.KeyId === undefined ? undefined : await resolveKey(service, caller, input.KeyId, use)
    // The aliases of an account are of its own keys.
    if (key && key.row.accountId !== accountId) throw deniedAbroad(caller, 'ListAliases')
    const page = await pageOfTable(service.metadata, kmsAliases, [accountId], input)
    const wanted = page.items.filter(({ row }) => key === undefined || row.keyId === key.id)
    const Aliases = wanted.map(({ parts: [, name], row }) => ({
      AliasName: name,
      AliasArn: aliasArn(service, accountId, name),
      TargetKeyId: row.keyId,
      CreationDate: seconds(row.createdMilliseconds),
      LastUpdatedDate: seconds(row.updatedMilliseconds),
    }))
    return { Aliases, ...page.rest }
  },
})
