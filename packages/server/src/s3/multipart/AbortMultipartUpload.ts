import { garbage, uploads } from '../../metadata/tables/tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { bucketForWrite } from '../bucket-row.ts'
import { defineOperation } from '../operation.ts'
import { refuseUnsupported } from '../unsupported-input.ts'
import { uploadForWrite } from './find-upload.ts'
import { authorizeInitiator } from './initiator.ts'

const ACCESS = { action: 's3:AbortMultipartUpload', on: 'object' } as const

export const AbortMultipartUpload = defineOperation('AbortMultipartUpload', {
  access: ACCESS,
  decidesItself: true,
  async handle(input, context) {
    const { service } = context
    await authorizeInitiator(context, ACCESS, input)
    // For directory buckets alone.
    refuseUnsupported(input, { IfMatchInitiatedTime: 'x-amz-if-match-initiated-time' })
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
