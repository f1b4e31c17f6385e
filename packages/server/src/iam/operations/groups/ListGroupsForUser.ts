import { iamGroups } from '../../../metadata/tables/iam-tables.ts'
import { shownGroup } from '../../shared/groups.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { pageOfList } from '../../shared/page.ts'
import { rowsOf } from '../../shared/rows-of.ts'

export const ListGroupsForUser = defineUserOperation('ListGroupsForUser', {
  async handle({ row }, input, { service: { metadata } }) {
    const { items, rest } = pageOfList(row.groupIds ?? [], input)
    const groups = await rowsOf(metadata, iamGroups, items)
    return { Groups: groups.map(({ id, row }) => shownGroup(id, row)), ...rest }
  },
})
