import { keyName } from '../../shared/common-inputs.ts'
import { assertOrigin } from '../../shared/key-origin.ts'
import { changeImports } from '../../shared/imports/change-imports.ts'
import { withoutImport } from '../../shared/imports/imported-material.ts'
import { assertSymmetricMembers, materialIdText } from '../../shared/imports/symmetric-members.ts'
import { isSymmetric } from '../../shared/key-specs.ts'
import { KmsError } from '../../shared/kms-error.ts'
import type { KmsService } from '../../shared/kms-service.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members, optional } from '../../shared/read-input.ts'
import type { Key } from '../../shared/resolve-key.ts'

const input = members({ KeyId: keyName, KeyMaterialId: optional(materialIdText) })

/** What is there no more is deleted without effect. Source: AWS KMS Developer Guide, "Key states of AWS KMS keys". */
export const DeleteImportedKeyMaterial = defineKeyOperation('DeleteImportedKeyMaterial', {
  input,
  usable: 'any state',
  async handle({ KeyMaterialId }, key, { service }) {
    assertOrigin(key, 'EXTERNAL')
    assertSymmetricMembers(key, { KeyMaterialId })
    const deleted = await deleteMaterial(service, key, KeyMaterialId)
    return { KeyId: key.arn, ...(isSymmetric(key.row) && { KeyMaterialId: deleted }) }
  },
})

/** Tells the id of what was deleted: without one, of the current material. */
async function deleteMaterial(
  service: KmsService,
  key: Key,
  wanted: string | undefined,
): Promise<string | undefined> {
  const deleted = await changeImports(service, key, (row, put) => {
    const { imports = [], materialVersion } = row
    const version =
      wanted === undefined ? materialVersion : imports.findIndex((each) => each.materialId === wanted) + 1
    const known = imports[version - 1]
    if (!known && wanted !== undefined)
      throw new KmsError('NotFoundException', `Key material ${wanted} of ${key.arn} is not found.`)
    put(known ? withoutImport(row, version) : row)
    return known && { version, materialId: known.materialId }
  })
  if (deleted) service.materials.forget(key.id, deleted.version)
  return deleted?.materialId
}
