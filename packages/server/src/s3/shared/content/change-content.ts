import { garbage } from '../../../metadata/tables/tables.ts'
import { transact, type Transaction } from '../../../metadata/transaction.ts'
import type { S3Service } from '../service/service.ts'

/**
 * `transact` for bodies that link and unlink content: calls the garbage worker where the commit left it something to
 * do. Most commits leave nothing, and each call costs a scan, a timer and an aborted sleep.
 */
export async function changeContent<T>(
  service: S3Service,
  body: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  let leavesGarbage = false
  const result = await transact(service.stores.metadata, async (transaction) => {
    const changed = await body(transaction)
    leavesGarbage = transaction.putsInto(garbage)
    return changed
  })
  if (leavesGarbage) service.garbageAdded()
  return result
}
