import { iamUserPaths, iamUsers } from '../../../metadata/tables/iam-tables.ts'
import { defineOperation } from '../../shared/operation.ts'
import { pageOfTable } from '../../shared/page.ts'
import { shownUser, userArn } from '../../shared/users.ts'
import { rowsOf } from '../../shared/rows-of.ts'

export const ListUsers = defineOperation('ListUsers', {
  resource: ({ PathPrefix = '/' }, { caller }) => userArn(caller.account.id, PathPrefix, ''),
  async handle({ PathPrefix = '/', ...page }, { service: { metadata }, caller }) {
    const accountId = caller.account.id
    const range = iamUserPaths.stringRange([accountId], PathPrefix)
    const { items, rest } = await pageOfTable(metadata, iamUserPaths, range, page)
    const users = await rowsOf(
      metadata,
      iamUsers,
      items.map(({ row }) => row.id),
    )
    const Users = users.map(({ id, row }) =>
      shownUser({ id, row, arn: userArn(accountId, row.path, row.name) }),
    )
    return { Users, ...rest }
  },
})
