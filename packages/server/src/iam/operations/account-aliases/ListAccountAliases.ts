import { iamAccountAliases } from '../../../metadata/tables/iam-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { defineOperation } from '../../shared/operation.ts'
import { pageOfList } from '../../shared/page.ts'

export const ListAccountAliases = defineOperation('ListAccountAliases', {
  resource: () => '*',
  async handle(page, { service: { metadata }, caller: { account } }) {
    const found = await readRow(metadata, iamAccountAliases, 'account', account.id)
    const { items, rest } = pageOfList(found ? [found.alias] : [], page)
    return { AccountAliases: items, ...rest }
  },
})
