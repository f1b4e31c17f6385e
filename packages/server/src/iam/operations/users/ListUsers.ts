import { defineOperation } from '../../shared/operation.ts'
import { pageOfEntities } from '../../shared/page-of-entities.ts'
import { passwordLastUsed, shownUser, userArn, users } from '../../shared/users.ts'

export const ListUsers = defineOperation('ListUsers', {
  resource: ({ PathPrefix = '/' }, { caller }) => userArn(caller.account.id, PathPrefix, ''),
  async handle(input, { service: { metadata, keyUses }, caller }) {
    const { items, rest } = await pageOfEntities(metadata, users, caller.account.id, input)
    const uses = await keyUses.findMany(items.map(({ id }) => id))
    const Users = items.map((user, index) => ({ ...shownUser(user), ...passwordLastUsed(uses[index]) }))
    return { Users, ...rest }
  },
})
