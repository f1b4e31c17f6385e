import { iamGroupPaths, iamGroups } from '../../../metadata/tables/iam-tables.ts'
import { groupArn, shownGroup } from '../../shared/groups.ts'
import { defineOperation } from '../../shared/operation.ts'
import { pageOfTable } from '../../shared/page.ts'
import { rowsOf } from '../../shared/rows-of.ts'

export const ListGroups = defineOperation('ListGroups', {
  resource: ({ PathPrefix = '/' }, { caller }) => groupArn(caller.account.id, PathPrefix, ''),
  async handle({ PathPrefix = '/', ...page }, { service: { metadata }, caller }) {
    const range = iamGroupPaths.stringRange([caller.account.id], PathPrefix)
    const { items, rest } = await pageOfTable(metadata, iamGroupPaths, range, page)
    const groups = await rowsOf(
      metadata,
      iamGroups,
      items.map(({ row }) => row.id),
    )
    return { Groups: groups.map(({ id, row }) => shownGroup(id, row)), ...rest }
  },
})
