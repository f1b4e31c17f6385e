import { iamGroupMembers, iamUsers } from '../../../metadata/tables/iam-tables.ts'
import { defineGroupOperation, shownGroup } from '../../shared/groups.ts'
import { pageOfTable } from '../../shared/page.ts'
import { rowsOf } from '../../shared/rows-of.ts'
import { shownUser, userArn } from '../../shared/users.ts'

export const GetGroup = defineGroupOperation('GetGroup', {
  async handle({ id, row }, page, { service: { metadata } }) {
    const { items, rest } = await pageOfTable(metadata, iamGroupMembers, iamGroupMembers.range(id), page)
    const users = await rowsOf(
      metadata,
      iamUsers,
      items.map(({ parts: [, userId] }) => userId),
    )
    const Users = users.map((user) =>
      shownUser({ ...user, arn: userArn(user.row.accountId, user.row.path, user.row.name) }),
    )
    return { Group: shownGroup(id, row), Users, ...rest }
  },
})
