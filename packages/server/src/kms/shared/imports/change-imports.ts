import type { Soon } from '../../../base/soon.ts'
import { kmsKeys, type KmsKeyRow, kmsMaterials } from '../../../metadata/tables/kms-tables.ts'
import { transact, type Transaction } from '../../../metadata/transaction.ts'
import { KmsError } from '../kms-error.ts'
import type { KmsService } from '../kms-service.ts'
import type { Key } from '../resolve-key.ts'
import { withoutExpired } from './imported-material.ts'

/**
 * Does `change` with a key as it is at that moment; `put` writes what is to become of it, and erases the material that it has no more.
 * Throws NotFoundException where the key has gone.
 */
export async function changeImports<Result>(
  { metadata, clock }: KmsService,
  { id, arn }: Key,
  change: (row: KmsKeyRow, put: (after: KmsKeyRow) => void, transaction: Transaction) => Soon<Result>,
): Promise<Result> {
  return transact(metadata, async (transaction) => {
    const before = await transaction.get(kmsKeys, id)
    if (!before) throw new KmsError('NotFoundException', `Key '${arn}' does not exist`)
    const put = (after: KmsKeyRow): void => putImports(transaction, id, before, after)
    return change(withoutExpired(before, clock.now().getTime()), put, transaction)
  })
}

/** Writes a key, and erases the material that it has no more. */
export function putImports(
  transaction: Transaction,
  keyId: string,
  before: KmsKeyRow,
  after: KmsKeyRow,
): void {
  for (const [index, { isGone }] of (before.imports ?? []).entries()) {
    const left = after.imports?.[index]
    if (!isGone && (!left || left.isGone)) transaction.remove(kmsMaterials, keyId, index + 1)
  }
  transaction.put(kmsKeys, [keyId], after)
}
