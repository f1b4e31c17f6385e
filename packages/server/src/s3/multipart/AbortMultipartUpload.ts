import { garbage, uploads } from '../../metadata/tables/tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { bucketForWrite } from '../bucket-row.ts'
import { defineOperation } from '../operation.ts'
import { uploadForWrite } from './find-upload.ts'

export const AbortMultipartUpload = defineOperation('AbortMultipartUpload', {
  access: { action: 's3:AbortMultipartUpload', on: 'object' },
  async handle(input, { service }) {
    await transact(service.stores.metadata, async (transaction) => {
      const bucket = await bucketForWrite(transaction, input.Bucket)
      await uploadForWrite(transaction, bucket, input)
      transaction.remove(uploads, bucket.id, input.Key, input.UploadId)
      transaction.put(garbage, [input.UploadId], { kind: 'upload', id: input.UploadId })
    })
    service.garbageAdded()
    return {}
  },
})
