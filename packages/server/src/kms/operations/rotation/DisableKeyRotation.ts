import { changeKey } from '../../shared/change-key.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'

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
