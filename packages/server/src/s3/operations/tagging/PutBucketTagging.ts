import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { MOST_BUCKET_TAGS, tagsOfElements } from '../../shared/object/tags.ts'
import { assertTaggedByS3 } from './assert-tagged-by-s3.ts'

export const PutBucketTagging = defineOperation('PutBucketTagging', {
  access: { action: 's3:PutBucketTagging', on: 'bucket' },
  async handle(input, context) {
    const tags = tagsOfElements(input.Tagging.TagSet, MOST_BUCKET_TAGS)
    await changeBucket(context, input.Bucket, (bucket) => {
      assertTaggedByS3(bucket)
      return { tags }
    })
    return {}
  },
})
