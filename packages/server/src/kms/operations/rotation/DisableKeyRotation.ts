import { changeKey } from '../../shared/change-key.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { assertRotatesByItself } from '../../shared/key-usage.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'

const input = members({ KeyId: keyName })

export const DisableKeyRotation = defineKeyOperation('DisableKeyRotation', {
  input,
  usable: 'enabled or pending import',
  async handle(_input, key, { service }) {
    assertRotatesByItself(key)
    const none = { rotationPeriodDays: undefined, nextRotationMilliseconds: undefined }
    await changeKey(service, key, (row) => ({ ...row, ...none }))
    return {}
  },
})
