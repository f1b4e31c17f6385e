import { keyName } from '../../shared/common-inputs.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'
import { TAGS_PAGE, pageOfList } from '../../shared/page.ts'

const input = members({ KeyId: keyName, ...TAGS_PAGE })

export const ListResourceTags = defineKeyOperation('ListResourceTags', {
  input,
  usable: 'any state',
  handle(input, key) {
    const tags = Object.entries(key.row.tags ?? {}).map(([TagKey, TagValue]) => ({ TagKey, TagValue }))
    const { items, rest } = pageOfList(tags, input)
    return Promise.resolve({ Tags: items, ...rest })
  },
})
