import type { KmsKeyRow } from '../../../metadata/tables/kms-tables.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { seconds } from '../../shared/key-metadata.ts'
import type { Output } from '../../shared/kms-service.ts'
import { materialIdOf } from '../../shared/material-id.ts'
import { assertRotates } from '../../shared/key-usage.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members, oneOf, optional } from '../../shared/read-input.ts'
import { LONG_PAGE, pageOfList } from '../../shared/page.ts'
import { rotatedIfDue } from '../../shared/rotate-key.ts'

const input = members({
  KeyId: keyName,
  IncludeKeyMaterial: optional(oneOf('ALL_KEY_MATERIAL', 'ROTATIONS_ONLY')),
  ...LONG_PAGE,
})

export const ListKeyRotations = defineKeyOperation('ListKeyRotations', {
  input,
  usable: 'any state',
  async handle(input, key, { service }) {
    assertRotates(key)
    const materials = materialsOf(key.id, await rotatedIfDue(service, key))
    // Of the first there was no rotation.
    const listed = input.IncludeKeyMaterial === 'ALL_KEY_MATERIAL' ? materials : materials.slice(1)
    const { items, rest } = pageOfList(listed, input)
    return { Rotations: items, ...rest }
  },
})

/** Oldest first. Source: AWS KMS API Reference, RotationsListEntry. */
function materialsOf(keyId: string, { materialVersion, rotations = [] }: KmsKeyRow): Output[] {
  return [undefined, ...rotations].map((rotation, index) => ({
    KeyId: keyId,
    KeyMaterialId: materialIdOf(keyId, index + 1),
    KeyMaterialState: index + 1 === materialVersion ? 'CURRENT' : 'NON_CURRENT',
    ...(rotation && {
      RotationDate: seconds(rotation.atMilliseconds),
      RotationType: rotation.isOnDemand ? 'ON_DEMAND' : 'AUTOMATIC',
    }),
  }))
}
