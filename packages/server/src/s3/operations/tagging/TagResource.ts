import { bucketTagKeys } from '../../shared/deciding/tag-condition-keys.ts'
import { MOST_BUCKET_TAGS, checkTags, tagsOfElements } from '../../shared/object/tags.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { taggedResource } from './tagged-resource.ts'

export const TagResource = defineOperation('TagResource', {
  access: { action: 's3:TagResource', on: 'bucket' },
  decidesItself: true,
  async handle(input, context) {
    const { Tags } = input
    const target = await taggedResource(context, input, 's3:TagResource', bucketTagKeys(Tags))
    const added = tagsOfElements(Tags, MOST_BUCKET_TAGS)
    const names = new Set(added.map(([name]) => name))
    await target.change((tags) =>
      checkTags([...tags.filter(([name]) => !names.has(name)), ...added], MOST_BUCKET_TAGS),
    )
    return {}
  },
})
