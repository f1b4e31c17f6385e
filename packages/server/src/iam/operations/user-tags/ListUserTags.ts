import { defineUserOperation } from '../../shared/operation.ts'
import { pageOfList } from '../../shared/page.ts'
import { shownTags } from '../../shared/tags.ts'

export const ListUserTags = defineUserOperation('ListUserTags', {
  handle({ row }, input) {
    const { items, rest } = pageOfList(row.tags ?? [], input)
    return Promise.resolve({ Tags: shownTags(items), ...rest })
  },
})
