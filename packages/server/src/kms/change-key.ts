import { kmsKeys, type KmsKeyRow } from '../metadata/tables/kms-tables.ts'
import { transact } from '../metadata/transaction.ts'
import { KmsError } from './kms-error.ts'
import type { KmsService } from './kms-service.ts'
import type { Key } from './resolve-key.ts'

/** Replaces a key's row with what `change` makes of it as it is at that moment. */
export async function changeKey(
  { metadata }: KmsService,
  { id, arn }: Key,
  change: (row: KmsKeyRow) => KmsKeyRow,
): Promise<KmsKeyRow> {
  return transact(metadata, async (transaction) => {
    const row = await transaction.get(kmsKeys, id)
    if (!row) throw new KmsError('NotFoundException', `Key '${arn}' does not exist`)
    const changed = change(row)
    transaction.put(kmsKeys, [id], changed)
    return changed
  })
}
