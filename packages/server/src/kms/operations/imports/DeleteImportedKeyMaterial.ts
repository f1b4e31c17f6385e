import { kmsKeys } from '../../../metadata/tables/kms-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { assertExternal } from '../../shared/imports/assert-external.ts'
import { putImports, withoutExpired, withoutImport } from '../../shared/imports/imported-material.ts'
import { materialIdText } from '../../shared/imports/material-id-text.ts'
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
    assertExternal(key)
    if (KeyMaterialId !== undefined && !isSymmetric(key.row)) {
      const message = 'KeyMaterialId is for symmetric encryption keys alone.'
      throw new KmsError('UnsupportedOperationException', message)
    }
    const deleted = await deleteMaterial(service, key, KeyMaterialId)
    return { KeyId: key.arn, ...(isSymmetric(key.row) && { KeyMaterialId: deleted }) }
  },
})

/** Tells the id of what was deleted: without one, of the current material. */
async function deleteMaterial(
  { metadata, clock, materials }: KmsService,
  { id, arn }: Key,
  wanted: string | undefined,
): Promise<string | undefined> {
  const deleted = await transact(metadata, async (transaction) => {
    const before = await transaction.get(kmsKeys, id)
    if (!before) throw new KmsError('NotFoundException', `Key '${arn}' does not exist`)
    const row = withoutExpired(before, clock.now().getTime())
    const { imports = [], materialVersion } = row
    const version =
      wanted === undefined ? materialVersion : imports.findIndex((each) => each.materialId === wanted) + 1
    const known = imports[version - 1]
    if (!known && wanted !== undefined)
      throw new KmsError('NotFoundException', `Key material ${wanted} of ${arn} is not found.`)
    putImports(transaction, id, before, known ? withoutImport(row, version) : row)
    return known && { version, materialId: known.materialId }
  })
  if (deleted) materials.forget(id, deleted.version)
  return deleted?.materialId
}
