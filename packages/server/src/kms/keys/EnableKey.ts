import { changeKey } from '../change-key.ts'
import { keyName } from '../common-inputs.ts'
import { defineKeyOperation } from '../operation.ts'
import { members } from '../read-input.ts'

const input = members({ KeyId: keyName })

export const EnableKey = defineKeyOperation('EnableKey', {
  input,
  usable: 'not pending deletion',
  async handle(_input, key, { service }) {
    await changeKey(service, key, (row) => ({ ...row, state: undefined }))
    return {}
  },
})
