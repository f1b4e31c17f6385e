import { pageOfList } from '../../shared/page.ts'
import { shownTags } from '../../shared/tags.ts'
import { defineDeviceOperation } from './device-operation.ts'

export const ListMFADeviceTags = defineDeviceOperation('ListMFADeviceTags', {
  handle({ row }, input) {
    const { items, rest } = pageOfList(row.tags ?? [], input)
    return Promise.resolve({ Tags: shownTags(items), ...rest })
  },
})
