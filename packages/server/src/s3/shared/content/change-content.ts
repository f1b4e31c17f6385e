import { type Soon, soon } from '../../../base/soon.ts'
import { garbage } from '../../../metadata/tables/tables.ts'
import { transact, type Transaction } from '../../../metadata/transaction.ts'
import type { S3Service } from '../service/service.ts'

/**
 * `transact` for bodies that link and unlink content: calls the garbage worker where the commit left it something to
 * do. Most commits leave nothing, and each call costs a scan, a timer and an aborted sleep.
 */
export function changeContent<T>(
  service: S3Service,
  body: (transaction: Transaction) => Soon<T>,
): Promise<T> {
  return transact(service.stores.metadata, (transaction) =>
    soon(body(transaction), (result) => {
      if (transaction.putsInto(garbage)) transaction.afterCommit(() => service.garbageAdded())
      return result
    }),
  )
}
