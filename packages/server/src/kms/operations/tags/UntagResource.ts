import { changeKey } from '../../shared/change-key.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members, listOf, text } from '../../shared/read-input.ts'

const input = members({ KeyId: keyName, TagKeys: listOf(text({ most: 128 }), { most: 200 }) })

export const UntagResource = defineKeyOperation('UntagResource', {
  input,
  usable: 'not pending deletion',
  async handle({ TagKeys }, key, { service }) {
    await changeKey(service, key, (row) => {
      const left = Object.entries(row.tags ?? {}).filter(([name]) => !TagKeys.includes(name))
      return { ...row, tags: Object.fromEntries(left) }
    })
    return {}
  },
})
