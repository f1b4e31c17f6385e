import type { ObjectRow } from '../metadata/tables/rows.ts'
import { current } from '../metadata/tables/tables.ts'
import { transact } from '../metadata/transaction.ts'
import { bucketForWrite } from './bucket-row.ts'
import { unlinkContent } from './content/link-content.ts'
import type { S3Service } from './operation.ts'

/**
 * Deletes an object if it is there; `check` may refuse by throwing, and sees `undefined` for an absent one. Deleting
 * what is absent succeeds.
 */
export async function removeObject(
  service: S3Service,
  bucketName: string,
  key: string,
  check: (existing: ObjectRow | undefined) => void,
): Promise<void> {
  await transact(service.stores.metadata, async (transaction) => {
    const bucket = await bucketForWrite(transaction, bucketName)
    const existing = await transaction.get(current, bucket.id, key)
    check(existing)
    if (!existing) return
    await unlinkContent(transaction, existing.content)
    transaction.remove(current, bucket.id, key)
  })
  service.garbageAdded()
}
