import { S3Error } from '../../../model/s3-error.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { elementsOfTags } from '../../shared/object/tags.ts'

export const GetBucketTagging = defineOperation('GetBucketTagging', {
  access: { action: 's3:GetBucketTagging', on: 'bucket' },
  async handle(input, context) {
    const { tags } = bucketOf(context)
    if (!tags) throw new S3Error('NoSuchTagSet', { BucketName: input.Bucket })
    return { TagSet: elementsOfTags(tags) }
  },
})
