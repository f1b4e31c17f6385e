import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const DeleteBucketOwnershipControls = defineOperation('DeleteBucketOwnershipControls', {
  freesSpace: true,
  // Source: S3 API Reference: the permission is the one to put them.
  access: { action: 's3:PutBucketOwnershipControls', on: 'bucket' },
  async handle(input, context) {
    await changeBucket(context, input.Bucket, () => ({ objectOwnership: undefined }))
    return {}
  },
})
