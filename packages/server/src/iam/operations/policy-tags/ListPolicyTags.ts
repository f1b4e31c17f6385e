import { pageOfList } from '../../shared/page.ts'
import { definePolicyOperation } from '../../shared/policy-operation.ts'
import { shownTags } from '../../shared/tags.ts'

export const ListPolicyTags = definePolicyOperation('ListPolicyTags', {
  handle({ tags = [] }, input) {
    const { items, rest } = pageOfList(tags, input)
    return Promise.resolve({ Tags: shownTags(items), ...rest })
  },
})
