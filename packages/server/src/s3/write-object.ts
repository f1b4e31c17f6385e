import { StorageFault } from '../base/storage-fault.ts'
import type { BucketRow, ObjectRow } from '../metadata/tables/rows.ts'
import { current } from '../metadata/tables/tables.ts'
import { transact, type Transaction } from '../metadata/transaction.ts'
import { bucketForWrite } from './bucket-row.ts'
import { linkContent, type LooseContent, unlinkContent } from './content/link-content.ts'
import type { S3Service } from './operation.ts'
import { assertWritePreconditions, type WritePreconditions } from './preconditions.ts'

/**
 * Makes a row the newest version of its key within a transaction: holds the preconditions against what is there and
 * lets go of what it replaces.
 */
export async function putObjectRow(
  transaction: Transaction,
  bucket: BucketRow,
  key: string,
  row: ObjectRow,
  conditions: WritePreconditions,
): Promise<void> {
  const existing = await transaction.get(current, bucket.id, key)
  assertWritePreconditions(conditions, existing, key)
  if (existing) await unlinkContent(transaction, existing.content)
  transaction.put(current, [bucket.id, key], row)
}

/**
 * The commit of an upload in one request. Where it does not happen, the bytes are given back before the error goes on.
 */
export async function commitObject(
  service: S3Service,
  target: { readonly bucketName: string; readonly key: string },
  row: ObjectRow,
  loose: LooseContent,
  conditions: WritePreconditions,
): Promise<void> {
  await keepOrDiscard(service, loose, () =>
    transact(service.stores.metadata, async (transaction) => {
      const bucket = await bucketForWrite(transaction, target.bucketName)
      await putObjectRow(transaction, bucket, target.key, row, conditions)
      await linkContent(transaction, loose)
    }),
  )
  service.garbageAdded()
}

/** Runs a commit that names loose content, and deletes its blob when the commit is refused. */
export async function keepOrDiscard<T>(
  service: S3Service,
  loose: LooseContent,
  commit: () => Promise<T>,
): Promise<T> {
  try {
    return await commit()
  } catch (error) {
    if (loose.content.kind === 'blob' && !isUncertain(error)) {
      // The sweep finds it otherwise; the client's error matters more than this one.
      await service.stores.blobs.remove(loose.content.id).catch(() => undefined)
    }
    throw error
  }
}

/** A store that became unavailable in the middle may have written the commit all the same. */
function isUncertain(error: unknown): boolean {
  return error instanceof StorageFault
}
