import { changeBucket } from '../change-bucket.ts'
import { defineOperation } from '../operation.ts'

export const DeleteBucketEncryption = defineOperation('DeleteBucketEncryption', {
  // Source: S3 API Reference: the permission is the one to put it.
  access: { action: 's3:PutEncryptionConfiguration', on: 'bucket' },
  async handle(input, context) {
    await changeBucket(context, input.Bucket, () => ({ encryption: undefined }))
    return {}
  },
})
