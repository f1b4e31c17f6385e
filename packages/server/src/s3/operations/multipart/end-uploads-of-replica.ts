import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { uploads } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { unlessUnreadable } from '../../../metadata/unreadable-rows.ts'
import type { Stores } from '../../shared/content/stores.ts'
import { endUpload } from './abort-upload.ts'
import type { UploadAddress } from './find-upload.ts'

/** Of one key. What is behind them is left to lifecycle rules. */
const MOST_UPLOADS = 1000

/**
 * Ends what else was begun to bring a replica, once it is there: a sender that was ended before it noted an upload's id has begun
 * another, and nobody would come back to the first.
 */
export async function endUploadsOfReplica(
  transaction: Transaction,
  { metadata }: Stores,
  { id }: BucketRow,
  { Key, UploadId: completed }: UploadAddress,
  order: string,
): Promise<void> {
  for (const entry of await transaction.scan({ ...uploads.range(id, Key), limit: MOST_UPLOADS })) {
    const [, , UploadId] = uploads.parts(entry.key)
    const upload = unlessUnreadable(metadata, () => uploads.decode(entry))
    if (upload?.replicaOrder === order && UploadId !== completed)
      endUpload(transaction, id, { Key, UploadId })
  }
}
