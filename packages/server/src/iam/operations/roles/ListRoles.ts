import { iamRolePaths, iamRoles } from '../../../metadata/tables/iam-tables.ts'
import { defineOperation } from '../../shared/operation.ts'
import { pageOfTable } from '../../shared/page.ts'
import { roleArn, shownRole } from '../../shared/roles.ts'
import { rowsOf } from '../../shared/rows-of.ts'

export const ListRoles = defineOperation('ListRoles', {
  resource: ({ PathPrefix = '/' }, { caller }) => roleArn(caller.account.id, PathPrefix, ''),
  async handle({ PathPrefix = '/', ...page }, { service: { metadata }, caller }) {
    const accountId = caller.account.id
    const range = iamRolePaths.stringRange([accountId], PathPrefix)
    const { items, rest } = await pageOfTable(metadata, iamRolePaths, range, page)
    const roles = await rowsOf(
      metadata,
      iamRoles,
      items.map(({ row }) => row.id),
    )
    const showing = roles.map(({ id, row }) =>
      shownRole(metadata, { id, row, arn: roleArn(accountId, row.path, row.name) }),
    )
    return { Roles: await Promise.all(showing), ...rest }
  },
})
