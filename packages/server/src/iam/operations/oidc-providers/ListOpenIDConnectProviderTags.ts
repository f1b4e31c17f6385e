import { pageOfList } from '../../shared/page.ts'
import { shownTags } from '../../shared/tags.ts'
import { defineProviderOperation } from './provider-operation.ts'

export const ListOpenIDConnectProviderTags = defineProviderOperation('ListOpenIDConnectProviderTags', {
  handle({ row }, input) {
    const { items, rest } = pageOfList(row.tags ?? [], input)
    return Promise.resolve({ Tags: shownTags(items), ...rest })
  },
})
