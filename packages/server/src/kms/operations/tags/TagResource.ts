import { changeKey } from '../../shared/change-key.ts'
import { keyName, tagList, withTags } from '../../shared/common-inputs.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'

const input = members({ KeyId: keyName, Tags: tagList })

export const TagResource = defineKeyOperation('TagResource', {
  input,
  usable: 'not pending deletion',
  async handle({ Tags }, key, { service }) {
    await changeKey(service, key, (row) => ({ ...row, tags: withTags(row.tags ?? {}, Tags) }))
    return {}
  },
})
