import { changeDocument } from '../../shared/bucket/bucket-documents.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const DeleteBucketCors = defineOperation('DeleteBucketCors', {
  freesSpace: true,
  // Source: S3 API Reference: the permission is the one to put it.
  access: { action: 's3:PutBucketCORS', on: 'bucket' },
  async handle(input, context) {
    await changeDocument(context, input.Bucket, 'cors', undefined)
    return {}
  },
})
