import { DAY_MILLISECONDS } from '../../base/day.ts'
import { kmsKeys, type KmsKeyRow, kmsMaterials } from '../../metadata/tables/kms-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { changeImports } from './imports/change-imports.ts'
import { pendingImport } from './imports/imported-material.ts'
import { assertUsable } from './key-state.ts'
import { KmsError } from './kms-error.ts'
import type { KmsService } from './kms-service.ts'
import type { Key } from './resolve-key.ts'

/** The version to encrypt with. A rotation that is due happens now: a key that nobody uses need not be rotated. */
export async function currentVersion(service: KmsService, key: Key): Promise<number> {
  return (await rotatedIfDue(service, key)).materialVersion
}

/** The key's row, after a rotation that is due. */
export async function rotatedIfDue(service: KmsService, key: Key): Promise<KmsKeyRow> {
  const due = key.row.nextRotationMilliseconds
  if (due === undefined || due > service.clock.now().getTime() || key.row.state) return key.row
  return rotateKey(service, key, { isOnDemand: false })
}

/** Gives a key new material to encrypt with; what it had goes on decrypting. */
export async function rotateKey(
  service: KmsService,
  { id, row: before }: Key,
  { isOnDemand }: { readonly isOnDemand: boolean },
): Promise<KmsKeyRow> {
  const version = before.materialVersion + 1
  const material = await service.materials.newMaterial(id, version)
  return transact(service.metadata, async (transaction) => {
    const row = await transaction.get(kmsKeys, id)
    // Somebody else was first, or the key has gone: what there is now is as good.
    if (!row || row.materialVersion !== before.materialVersion) return row ?? before
    const atMilliseconds = service.clock.now().getTime()
    const rotation = { atMilliseconds, ...(isOnDemand && ({ isOnDemand } as const)) }
    const rotated: KmsKeyRow = {
      ...row,
      materialVersion: version,
      rotations: [...(row.rotations ?? []), rotation],
      nextRotationMilliseconds: isOnDemand ? row.nextRotationMilliseconds : nextAfter(row, atMilliseconds),
    }
    transaction.put(kmsMaterials, [id, version], material)
    transaction.put(kmsKeys, [id], rotated)
    return rotated
  })
}

/**
 * Goes over to the imported material that waits for it. Throws KMSInvalidStateException where none does. Source: AWS KMS API Reference,
 * RotateKeyOnDemand.
 */
export async function rotateToImported(service: KmsService, key: Key): Promise<void> {
  const { id, arn } = key
  await changeImports(service, key, (row, put) => {
    assertUsable({ id, arn, row }, 'enabled')
    if (!pendingImport(row)) {
      const message = `No available key material pending rotation for the key: ${arn}.`
      throw new KmsError('KMSInvalidStateException', message)
    }
    const rotation = { atMilliseconds: service.clock.now().getTime(), isOnDemand: true } as const
    put({
      ...row,
      materialVersion: row.materialVersion + 1,
      rotations: [...(row.rotations ?? []), rotation],
    })
  })
}

function nextAfter({ rotationPeriodDays }: KmsKeyRow, nowMilliseconds: number): number | undefined {
  return rotationPeriodDays === undefined
    ? undefined
    : nowMilliseconds + rotationPeriodDays * DAY_MILLISECONDS
}
