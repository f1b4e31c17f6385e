import { changeKey } from '../../shared/change-key.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'

const input = members({ KeyId: keyName })

export const EnableKey = defineKeyOperation('EnableKey', {
  input,
  usable: 'enabled or disabled',
  async handle(_input, key, { service }) {
    await changeKey(service, key, (row) => ({ ...row, state: undefined }))
    return {}
  },
})
