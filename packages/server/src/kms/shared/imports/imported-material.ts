import type { KmsImport, KmsKeyRow } from '../../../metadata/tables/kms-tables.ts'

/** What belongs to a key for good: all but what waits for a rotation. Source: AWS KMS API Reference, RotationsListEntry, KeyMaterialState. */
export function currentImports({ imports = [], materialVersion }: KmsKeyRow): readonly KmsImport[] {
  return imports.slice(0, materialVersion)
}

/** What waits for a rotation. */
export function pendingImport({ imports, materialVersion }: KmsKeyRow): KmsImport | undefined {
  return materialVersion === 0 ? undefined : imports?.[materialVersion]
}

/** Whether a key is not usable for want of some of its material. Source: AWS KMS Developer Guide, "Import the key material". */
export function lacksMaterial(row: KmsKeyRow): boolean {
  if (!row.imports) return false
  return row.materialVersion === 0 || currentImports(row).some(({ isGone }) => isGone)
}

/** A key as it is at a moment: what has expired by then is not there any more, whether or not it was erased. */
export function withoutExpired(row: KmsKeyRow, nowMilliseconds: number): KmsKeyRow {
  const isExpired = ({ validToMilliseconds = Infinity }: KmsImport): boolean =>
    validToMilliseconds <= nowMilliseconds
  const expired = row.imports?.findIndex(isExpired) ?? -1
  if (expired === -1) return row
  return withoutExpired(withoutImport(row, expired + 1), nowMilliseconds)
}

/** A key whose material of a version is deleted; what only waited for a rotation leaves nothing behind. */
export function withoutImport(row: KmsKeyRow, version: number): KmsKeyRow {
  const { imports = [], materialVersion } = row
  if (version > materialVersion) return { ...row, imports: imports.slice(0, version - 1) }
  const gone = imports.map((each, index): KmsImport => {
    const { materialId, description } = each
    return index === version - 1 ? { materialId, description, isGone: true } : each
  })
  return { ...row, imports: gone }
}
