import { pageOfList } from '../../shared/page.ts'
import { defineRoleOperation } from '../../shared/roles.ts'
import { shownTags } from '../../shared/tags.ts'

export const ListRoleTags = defineRoleOperation('ListRoleTags', {
  handle({ row }, input) {
    const { items, rest } = pageOfList(row.tags ?? [], input)
    return Promise.resolve({ Tags: shownTags(items), ...rest })
  },
})
