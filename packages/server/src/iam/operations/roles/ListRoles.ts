import { defineOperation } from '../../shared/operation.ts'
import { pageOfEntities } from '../../shared/page-of-entities.ts'
import { roleArn, roles, shownRole } from '../../shared/roles.ts'

export const ListRoles = defineOperation('ListRoles', {
  resource: ({ PathPrefix = '/' }, { caller }) => roleArn(caller.account.id, PathPrefix, ''),
  async handle(input, { service: { metadata }, caller }) {
    const { items, rest } = await pageOfEntities(metadata, roles, caller.account.id, input)
    const showing = items.map((role) => shownRole(metadata, role))
    return { Roles: await Promise.all(showing), ...rest }
  },
})
