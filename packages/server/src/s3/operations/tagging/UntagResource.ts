import { defineOperation } from '../../shared/service/operation.ts'
import { taggedResource } from './tagged-resource.ts'

export const UntagResource = defineOperation('UntagResource', {
  freesSpace: true,
  access: { action: 's3:UntagResource', on: 'bucket' },
  decidesItself: true,
  async handle(input, context) {
    const names = input.TagKeys
    const keys = { 'aws:TagKeys': names }
    const target = await taggedResource(context, input, 's3:UntagResource', keys)
    await target.change((tags) => tags.filter(([name]) => !names.includes(name)))
    return {}
  },
})
