import { groupArn, groups, shownGroup } from '../../shared/groups.ts'
import { defineOperation } from '../../shared/operation.ts'
import { pageOfEntities } from '../../shared/page-of-entities.ts'

export const ListGroups = defineOperation('ListGroups', {
  resource: ({ PathPrefix = '/' }, { caller }) => groupArn(caller.account.id, PathPrefix, ''),
  async handle(input, { service: { metadata }, caller }) {
    const { items, rest } = await pageOfEntities(metadata, groups, caller.account.id, input)
    return { Groups: items.map(({ id, row }) => shownGroup(id, row)), ...rest }
  },
})
