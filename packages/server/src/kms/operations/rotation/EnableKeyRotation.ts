import { DAY_MILLISECONDS } from '../../../base/day.ts'
import { changeKey } from '../../shared/change-key.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { assertRotatesByItself } from '../../shared/key-usage.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members, optional, whole } from '../../shared/read-input.ts'

/** Source: AWS KMS API Reference, EnableKeyRotation. */
const DEFAULT_DAYS = 365

const input = members({ KeyId: keyName, RotationPeriodInDays: optional(whole({ least: 90, most: 2560 })) })

export const EnableKeyRotation = defineKeyOperation('EnableKeyRotation', {
  input,
  usable: 'enabled or pending import',
  keys: ({ RotationPeriodInDays = DEFAULT_DAYS }) => ({
    'kms:RotationPeriodInDays': String(RotationPeriodInDays),
  }),
  async handle({ RotationPeriodInDays = DEFAULT_DAYS }, key, { service }) {
    assertRotatesByItself(key)
    const next = service.clock.now().getTime() + RotationPeriodInDays * DAY_MILLISECONDS
    await changeKey(service, key, (row) =>
      row.rotationPeriodDays === RotationPeriodInDays
        ? row
        : { ...row, rotationPeriodDays: RotationPeriodInDays, nextRotationMilliseconds: next },
    )
    return {}
  },
})
