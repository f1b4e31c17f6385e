import { changeKey } from '../change-key.ts'
import { keyName } from '../common-inputs.ts'
import { defineKeyOperation } from '../operation.ts'
import { members, text } from '../read-input.ts'

const input = members({ KeyId: keyName, Description: text({ least: 0, most: 8192 }) })

export const UpdateKeyDescription = defineKeyOperation('UpdateKeyDescription', {
  input,
  usable: 'not pending deletion',
  async handle({ Description }, key, { service }) {
    await changeKey(service, key, (row) => ({ ...row, description: Description }))
    return {}
  },
})
