import { elementsOfTags } from '../../shared/object/tags.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { taggedResource } from './tagged-resource.ts'

export const ListTagsForResource = defineOperation('ListTagsForResource', {
  access: { action: 's3:ListTagsForResource', on: 'bucket' },
  decidesItself: true,
  async handle(input, context) {
    const { tags } = await taggedResource(context, input, 's3:ListTagsForResource')
    return { Tags: elementsOfTags(tags) }
  },
})
