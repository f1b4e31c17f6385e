import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const DeletePublicAccessBlock = defineOperation('DeletePublicAccessBlock', {
  freesSpace: true,
  // Source: S3 API Reference: the permission is the one to put it.
  access: { action: 's3:PutBucketPublicAccessBlock', on: 'bucket' },
  async handle(input, context) {
    await changeBucket(context, input.Bucket, () => ({ publicAccessBlock: undefined }))
    return {}
  },
})
