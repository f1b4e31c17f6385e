import { defineOperation } from '../../shared/operation.ts'
import { pageOfEntities } from '../../shared/page-of-entities.ts'
import { shownUser, userArn, users } from '../../shared/users.ts'

export const ListUsers = defineOperation('ListUsers', {
  resource: ({ PathPrefix = '/' }, { caller }) => userArn(caller.account.id, PathPrefix, ''),
  async handle(input, { service: { metadata }, caller }) {
    const { items, rest } = await pageOfEntities(metadata, users, caller.account.id, input)
    return { Users: items.map(shownUser), ...rest }
  },
})
