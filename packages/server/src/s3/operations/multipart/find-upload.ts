import type { BucketRow, UploadRow } from '../../../metadata/tables/rows.ts'
import { uploads } from '../../../metadata/tables/tables.ts'
import { readRow, type Transaction } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { Stores } from '../../shared/content/stores.ts'
import { isUploadId } from '../../../model/upload-id.ts'
import type { ReplicaStatement } from '../../shared/replicating/replica-statement.ts'

/** Names an upload: all three must fit together. */
export interface UploadAddress {
  readonly Key: string
  readonly UploadId: string
}

/** The open upload; NoSuchUpload where there is none of this id for this key. */
export async function findUpload(
  stores: Stores,
  bucket: BucketRow,
  address: UploadAddress,
): Promise<UploadRow> {
  if (!isUploadId(address.UploadId)) noSuchUpload(address)
  const row = await readRow(stores.metadata, uploads, bucket.id, address.Key, address.UploadId)
  return row ?? noSuchUpload(address)
}

/** The upload that a transaction relies on: it is still open when the commit happens. */
export async function uploadForWrite(
  transaction: Transaction,
  bucket: BucketRow,
  address: UploadAddress,
): Promise<UploadRow> {
  if (!isUploadId(address.UploadId)) noSuchUpload(address)
  const row = await transaction.get(uploads, bucket.id, address.Key, address.UploadId)
  return row ?? noSuchUpload(address)
}

/**
 * Throws NoSuchUpload where a request says that it brings a replica and the upload was not begun as that one, or the other way round:
 * each was let in by other permissions than who began it.
 */
export function assertSameReplica(
  address: UploadAddress,
  { replicaOrder }: UploadRow,
  replica: ReplicaStatement | undefined,
): void {
  if (replicaOrder !== replica?.order) noSuchUpload(address)
}

export function noSuchUpload({ UploadId }: UploadAddress): never {
  throw new S3Error('NoSuchUpload', { UploadId })
}
