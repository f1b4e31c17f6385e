import type { BucketRow, UploadRow } from '../../../metadata/tables/rows.ts'
import { garbage, uploads } from '../../../metadata/tables/tables.ts'
import { type Transaction, transact } from '../../../metadata/transaction.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { type UploadAddress, uploadForWrite } from './find-upload.ts'

/** Ends an upload; its parts become garbage. Resolves to what it was. Throws NoSuchUpload where it is not open; `check` may refuse by throwing. */
export async function abortUpload(
  service: S3Service,
  address: UploadAddress & { readonly Bucket: string },
  admitted: Pick<BucketRow, 'id'>,
  check: (bucket: BucketRow) => void = () => {},
): Promise<UploadRow> {
  const aborted = await transact(service.stores.metadata, async (transaction) => {
    const bucket = await bucketForWrite(transaction, address.Bucket, admitted)
    check(bucket)
    const upload = await uploadForWrite(transaction, bucket, address)
    endUpload(transaction, bucket.id, address)
    return upload
  })
  service.garbageAdded()
  return aborted
}

/** The upload goes; all parts that its rows name become garbage. */
export function endUpload(
  transaction: Transaction,
  bucketId: string,
  { Key, UploadId }: UploadAddress,
): void {
  transaction.remove(uploads, bucketId, Key, UploadId)
  transaction.put(garbage, [UploadId], { kind: 'upload', id: UploadId, bucketId })
}
