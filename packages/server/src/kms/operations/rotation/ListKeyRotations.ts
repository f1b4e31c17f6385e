import { keyName } from '../../shared/common-inputs.ts'
import { seconds } from '../../shared/key-metadata.ts'
import { assertRotates } from '../../shared/key-usage.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members, oneOf, optional } from '../../shared/read-input.ts'
import { LONG_PAGE, pageOfList } from '../../shared/page.ts'
import { rotatedIfDue } from '../../shared/rotate-key.ts'

const input = members({ KeyId: keyName, IncludeKeyMaterial: optional(oneOf('ROTATIONS_ONLY')), ...LONG_PAGE })

export const ListKeyRotations = defineKeyOperation('ListKeyRotations', {
  input,
  usable: 'any state',
  async handle(input, key, { service }) {
    assertRotates(key)
    const { rotations = [] } = await rotatedIfDue(service, key)
    const { items, rest } = pageOfList(rotations, input)
    const Rotations = items.map(({ atMilliseconds, isOnDemand }) => ({
      KeyId: key.id,
      RotationDate: seconds(atMilliseconds),
      RotationType: isOnDemand ? 'ON_DEMAND' : 'AUTOMATIC',
    }))
    return { Rotations, ...rest }
  },
})
