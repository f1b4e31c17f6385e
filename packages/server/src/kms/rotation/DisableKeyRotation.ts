import { changeKey } from '../change-key.ts'
import { keyName } from '../common-inputs.ts'
import { defineKeyOperation } from '../operation.ts'
import { members } from '../read-input.ts'

const input = members({ KeyId: keyName })

export const DisableKeyRotation = defineKeyOperation('DisableKeyRotation', {
  input,
  usable: 'enabled',
  async handle(_input, key, { service }) {
    const none = { rotationPeriodDays: undefined, nextRotationMilliseconds: undefined }
    await changeKey(service, key, (row) => ({ ...row, ...none }))
    return {}
  },
})
