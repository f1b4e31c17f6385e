import { elementsOfTags } from '../../shared/object/tags.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { taggedBucket } from './tagged-bucket.ts'

export const ListTagsForResource = defineOperation('ListTagsForResource', {
  access: { action: 's3:ListTagsForResource', on: 'bucket' },
  decidesItself: true,
  async handle({ ResourceArn }, context) {
    const { bucket } = await taggedBucket(context, ResourceArn, 's3:ListTagsForResource')
    return { Tags: elementsOfTags(bucket.tags) }
  },
})
