import { defineInstanceProfileOperation } from '../../shared/instance-profiles.ts'
import { pageOfList } from '../../shared/page.ts'
import { shownTags } from '../../shared/tags.ts'

export const ListInstanceProfileTags = defineInstanceProfileOperation('ListInstanceProfileTags', {
  handle({ row }, input) {
    const { items, rest } = pageOfList(row.tags ?? [], input)
    return Promise.resolve({ Tags: shownTags(items), ...rest })
  },
})
