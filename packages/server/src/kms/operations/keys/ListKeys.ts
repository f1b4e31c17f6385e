import { kmsAccountKeys } from '../../../metadata/tables/kms-tables.ts'
import { authorizeAccount } from '../../shared/key-access.ts'
import { defineOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'
import { LONG_PAGE, pageOfTable } from '../../shared/page.ts'
import { keyArn } from '../../shared/resolve-key.ts'

const input = members(LONG_PAGE)

export const ListKeys = defineOperation('ListKeys', {
  input,
  async handle(input, { service, caller }) {
    authorizeAccount(service, caller, 'ListKeys')
    const page = await pageOfTable(service.metadata, kmsAccountKeys, [caller.accountId], input)
    const Keys = page.items.map(({ parts: [accountId, id] }) => ({
      KeyId: id,
      KeyArn: keyArn(service, accountId, id),
    }))
    return { Keys, ...page.rest }
  },
})
