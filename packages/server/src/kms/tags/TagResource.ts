import { changeKey } from '../change-key.ts'
import { keyName, tagList, withTags } from '../common-inputs.ts'
import { defineKeyOperation } from '../operation.ts'
import { members } from '../read-input.ts'

const input = members({ KeyId: keyName, Tags: tagList })

export const TagResource = defineKeyOperation('TagResource', {
  input,
  usable: 'not pending deletion',
  async handle({ Tags }, key, { service }) {
    await changeKey(service, key, (row) => ({ ...row, tags: withTags(row.tags ?? {}, Tags) }))
    return {}
  },
})
