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

const ROWS_PER_STEP = 1000
/** More than a key can have. */
const ALL = 100_000

/** Erases the keys whose waiting period is over, with their material, aliases and grants; tells how many. */
export async function deleteDueKeys(service: KmsService, signal?: AbortSignal): Promise<number> {
  let deleted = 0
  let { start, end }: { start: Uint8Array; end: Uint8Array } = kmsKeys.range()
  for (;;) {
    const entries = await service.metadata.scan({ start, end, limit: ROWS_PER_STEP + 1 })
    for (const entry of entries.slice(0, ROWS_PER_STEP)) {
      signal?.throwIfAborted()
      const key = readable(service.metadata, kmsKeys, entry)
      if (!key || !isGone(key.row, service.clock.now().getTime())) continue
      if (await deleteKey(service, key.parts[0])) deleted++
    }
    const next = entries[ROWS_PER_STEP]
    if (!next) return deleted
    start = next.key
  }
}

async function deleteKey({ metadata, clock }: KmsService, keyId: string): Promise<boolean> {
  return transact(metadata, async (transaction) => {
    const row = await transaction.get(kmsKeys, keyId)
    // The deletion may have been cancelled at the last moment.
    if (!row || !isGone(row, clock.now().getTime())) return false
    await removeBelongings(transaction, keyId, row)
    transaction.remove(kmsAccountKeys, row.accountId, keyId)
    transaction.remove(kmsKeys, keyId)
    transaction.remove(kmsKeyUses, keyId)
    return true
  })
}

async function removeBelongings(transaction: Transaction, keyId: string, row: KmsKeyRow): Promise<void> {
  for (let version = 1; version <= row.materialVersion; version++) {
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
