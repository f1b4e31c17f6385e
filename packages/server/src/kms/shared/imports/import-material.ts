import { type KmsImport, type KmsKeyRow, kmsMaterials } from '../../../metadata/tables/kms-tables.ts'
import { assertUsable, stateOf } from '../key-state.ts'
import { KmsError } from '../kms-error.ts'
import type { KmsService } from '../kms-service.ts'
import type { Key } from '../resolve-key.ts'
import { changeImports } from './change-imports.ts'
import { currentImports, lacksMaterial, pendingImport } from './imported-material.ts'

export interface NewImport {
  readonly material: Uint8Array
  readonly materialId: string
  /** Absent: new for a key that never had any, and otherwise one that it had. */
  readonly type: 'NEW_KEY_MATERIAL' | 'EXISTING_KEY_MATERIAL' | undefined
  /** Absent: as it was. */
  readonly description: string | undefined
  readonly validToMilliseconds: number | undefined
}

/**
 * Puts material in its place: the first is the key's at once, new one after that waits for a rotation, and what was there before comes back.
 * Throws IncorrectKeyMaterialException for what is not what the type says. Source: AWS KMS API Reference, ImportKeyMaterial.
 */
export async function importMaterial(service: KmsService, key: Key, asked: NewImport): Promise<void> {
  const { id, arn } = key
  const version = await changeImports(service, key, async (row, put, transaction) => {
    assertUsable({ id, arn, row }, 'not pending deletion')
    const version = versionFor(row, arn, asked)
    const material = await service.materials.newMaterial(id, version, asked.material)
    put(withImport(row, version, asked))
    transaction.put(kmsMaterials, [id, version], material)
    return version
  })
  service.materials.forget(id, version)
}

function versionFor(row: KmsKeyRow, arn: string, { materialId, type }: NewImport): number {
  const { imports = [] } = row
  const version = imports.findIndex((each) => each.materialId === materialId) + 1
  const isNew = type === undefined ? imports.length === 0 : type === 'NEW_KEY_MATERIAL'
  if (isNew !== (version === 0)) {
    const message = isNew
      ? 'The key material is associated with the key already.'
      : 'The key material is none that was imported into the key before.'
    throw new KmsError('IncorrectKeyMaterialException', message)
  }
  if (isNew && pendingImport(row))
    throw new KmsError('KMSInvalidStateException', `${arn} has key material pending rotation already.`)
  return isNew ? imports.length + 1 : version
}

function withImport(
  row: KmsKeyRow,
  version: number,
  { materialId, description, validToMilliseconds }: NewImport,
): KmsKeyRow {
  const { imports = [] } = row
  const known = imports[version - 1]
  const added: KmsImport = { materialId, description: description ?? known?.description, validToMilliseconds }
  const imported = {
    ...row,
    imports: [...imports.slice(0, version - 1), added, ...imports.slice(version)],
    materialVersion: Math.max(row.materialVersion, currentImports(row).length === 0 ? 1 : 0),
  }
  // Source: AWS KMS API Reference, ImportKeyMaterial: "the state of the KMS key changes to Enabled". One that is disabled stays so.
  const wakes = stateOf(row) === 'PendingImport' && !lacksMaterial(imported)
  return wakes ? { ...imported, state: undefined } : imported
}
