import { changeKey } from '../../shared/change-key.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members, text } from '../../shared/read-input.ts'

const input = members({ KeyId: keyName, Description: text({ least: 0, most: 8192 }) })

export const UpdateKeyDescription = defineKeyOperation('UpdateKeyDescription', {
  input,
  usable: 'not pending deletion',
  async handle({ Description }, key, { service }) {
    await changeKey(service, key, (row) => ({ ...row, description: Description }))
    return {}
  },
})
