import { readable } from '../../metadata/unreadable-rows.ts'
import {
  kmsAccountKeys,
  kmsAliases,
  kmsGrants,
  kmsKeys,
  type KmsKeyRow,
  kmsKeyUses,
  kmsMaterials,
  kmsRetirableGrants,
} from '../../metadata/tables/kms-tables.ts'
import { transact, type Transaction } from '../../metadata/transaction.ts'
import type { KmsService } from './kms-service.ts'
import { isGone } from './resolve-key.ts'
import { putImports } from './imports/change-imports.ts'
import { withoutExpired } from './imports/imported-material.ts'

const ROWS_PER_STEP = 1000
/** More than a key can have. */
const ALL = 100_000

/**
 * Erases the keys whose waiting period is over, with their material, aliases and grants, and imported material that has expired; tells of how
 * many keys.
 */
export async function deleteDueKeys(service: KmsService, signal?: AbortSignal): Promise<number> {
  let deleted = 0
  let { start, end }: { start: Uint8Array; end: Uint8Array } = kmsKeys.range()
  for (;;) {
    const entries = await service.metadata.scan({ start, end, limit: ROWS_PER_STEP + 1 })
    for (const entry of entries.slice(0, ROWS_PER_STEP)) {
      signal?.throwIfAborted()
      const key = readable(service.metadata, kmsKeys, entry)
      if (!key) continue
      const now = service.clock.now().getTime()
      if (isGone(key.row, now)) deleted += await deleteKey(service, key.parts[0])
      else if (withoutExpired(key.row, now) !== key.row) deleted += await eraseExpired(service, key.parts[0])
    }
    const next = entries[ROWS_PER_STEP]
    if (!next) return deleted
    start = next.key
  }
}

async function eraseExpired({ metadata, clock }: KmsService, keyId: string): Promise<number> {
  return transact(metadata, async (transaction) => {
    const row = await transaction.get(kmsKeys, keyId)
    const left = row && withoutExpired(row, clock.now().getTime())
    if (!left || left === row) return 0
    putImports(transaction, keyId, row, left)
    return 1
  })
}

async function deleteKey({ metadata, clock }: KmsService, keyId: string): Promise<number> {
  return transact(metadata, async (transaction) => {
    const row = await transaction.get(kmsKeys, keyId)
    // The deletion may have been cancelled at the last moment.
    if (!row || !isGone(row, clock.now().getTime())) return 0
    await removeBelongings(transaction, keyId, row)
    transaction.remove(kmsAccountKeys, row.accountId, keyId)
    transaction.remove(kmsKeys, keyId)
    transaction.remove(kmsKeyUses, keyId)
    return 1
  })
}

async function removeBelongings(transaction: Transaction, keyId: string, row: KmsKeyRow): Promise<void> {
  const newest = Math.max(row.materialVersion, row.imports?.length ?? 0)
  for (let version = 0; version <= newest; version++) {
    transaction.remove(kmsMaterials, keyId, version)
  }
  for (const entry of await transaction.scan({ ...kmsAliases.range(row.accountId), limit: ALL })) {
    if (kmsAliases.decode(entry).keyId === keyId)
      transaction.remove(kmsAliases, ...kmsAliases.parts(entry.key))
  }
  for (const entry of await transaction.scan({ ...kmsGrants.range(keyId), limit: ALL })) {
    const [, grantId] = kmsGrants.parts(entry.key)
    const { retiringPrincipal } = kmsGrants.decode(entry)
    transaction.remove(kmsGrants, keyId, grantId)
    if (retiringPrincipal !== undefined) transaction.remove(kmsRetirableGrants, retiringPrincipal, grantId)
  }
}
