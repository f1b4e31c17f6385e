import { changeDocument } from '../bucket-documents.ts'
import { defineOperation } from '../operation.ts'

export const DeleteBucketCors = defineOperation('DeleteBucketCors', {
  // Source: S3 API Reference: the permission is the one to put it.
  access: { action: 's3:PutBucketCORS', on: 'bucket' },
  async handle(input, context) {
    await changeDocument(context, input.Bucket, 'cors', undefined)
    return {}
  },
})
