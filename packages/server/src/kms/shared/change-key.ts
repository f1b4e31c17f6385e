import { kmsKeys, type KmsKeyRow } from '../../metadata/tables/kms-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { assertUsable } from './key-state.ts'
import { KmsError } from './kms-error.ts'
import type { KmsService } from './kms-service.ts'
import type { Key } from './resolve-key.ts'

/**
 * Replaces a key's row with what `change` makes of it as it is at that moment. Throws KMSInvalidStateException where its
 * deletion was scheduled or cancelled since `key` was read: a key that looks enabled and has a day of deletion would go,
 * and nobody could keep it.
 */
export async function changeKey(
  { metadata }: KmsService,
  { id, arn, row: before }: Key,
  change: (row: KmsKeyRow) => KmsKeyRow,
): Promise<KmsKeyRow> {
  const usable = before.state === 'PendingDeletion' ? 'pending deletion' : 'not pending deletion'
  return transact(metadata, async (transaction) => {
    const row = await transaction.get(kmsKeys, id)
    if (!row) throw new KmsError('NotFoundException', `Key '${arn}' does not exist`)
    assertUsable({ id, arn, row }, usable)
    const changed = change(row)
    transaction.put(kmsKeys, [id], changed)
    return changed
  })
}
