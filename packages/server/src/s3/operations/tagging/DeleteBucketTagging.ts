import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { assertTaggedByS3 } from './assert-tagged-by-s3.ts'

export const DeleteBucketTagging = defineOperation('DeleteBucketTagging', {
  freesSpace: true,
  // Source: S3 API Reference: the permission is the one to put them.
  access: { action: 's3:PutBucketTagging', on: 'bucket' },
  async handle(input, context) {
    await changeBucket(context, input.Bucket, (bucket) => {
      assertTaggedByS3(bucket)
      return { tags: undefined }
    })
    return {}
  },
})
