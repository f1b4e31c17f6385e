import type { KmsImport } from '../../../metadata/tables/kms-tables.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { seconds, validityMembers } from '../../shared/key-metadata.ts'
import type { Output } from '../../shared/kms-service.ts'
import { materialIdOf } from '../../shared/material-id.ts'
import { assertRotates } from '../../shared/key-usage.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members, oneOf, optional } from '../../shared/read-input.ts'
import { LONG_PAGE, pageOfList } from '../../shared/page.ts'
import type { Key } from '../../shared/resolve-key.ts'
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
    const row = await rotatedIfDue(service, key)
    const materials = materialsOf({ ...key, row })
    // Of the first there was no rotation, and of what waits for one not yet.
    const listed =
      input.IncludeKeyMaterial === 'ALL_KEY_MATERIAL' ? materials : materials.slice(1, row.materialVersion)
    const { items, rest } = pageOfList(listed, input)
    return { Rotations: items, ...rest }
  },
})

/** Oldest first. Source: AWS KMS API Reference, RotationsListEntry. */
function materialsOf(key: Pick<Key, 'id' | 'row'>): Output[] {
  const { materialVersion, rotations = [], imports } = key.row
  return Array.from({ length: imports?.length ?? materialVersion }, (_, index) => {
    const rotation = rotations[index - 1]
    const imported = imports?.[index]
    return {
      KeyId: key.id,
      KeyMaterialId: materialIdOf(key, index + 1),
      KeyMaterialState: materialState(index + 1, materialVersion),
      ...(imported && importMembers(imported)),
      ...(rotation && {
        RotationDate: seconds(rotation.atMilliseconds),
        RotationType: rotation.isOnDemand ? 'ON_DEMAND' : 'AUTOMATIC',
      }),
    }
  })
}

function materialState(version: number, current: number): string {
  if (version === current) return 'CURRENT'
  return version < current ? 'NON_CURRENT' : 'PENDING_ROTATION'
}

function importMembers({ description, isGone, validToMilliseconds }: KmsImport): Output {
  return {
    KeyMaterialDescription: description,
    ImportState: isGone ? 'PENDING_IMPORT' : 'IMPORTED',
    ...(!isGone && validityMembers(validToMilliseconds ?? 'never')),
  }
}
