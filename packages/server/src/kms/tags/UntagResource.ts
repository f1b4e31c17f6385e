import { changeKey } from '../change-key.ts'
import { keyName } from '../common-inputs.ts'
import { defineKeyOperation } from '../operation.ts'
import { members, listOf, text } from '../read-input.ts'

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
