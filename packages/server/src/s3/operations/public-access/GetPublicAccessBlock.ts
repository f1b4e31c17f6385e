import { S3Error } from '../../../model/s3-error.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { elementOfBlock } from '../../shared/bucket/block-element.ts'

export const GetPublicAccessBlock = defineOperation('GetPublicAccessBlock', {
  access: { action: 's3:GetBucketPublicAccessBlock', on: 'bucket' },
  async handle(input, context) {
    const { publicAccessBlock } = bucketOf(context)
    if (!publicAccessBlock)
      throw new S3Error('NoSuchPublicAccessBlockConfiguration', { BucketName: input.Bucket })
    return { PublicAccessBlockConfiguration: elementOfBlock(publicAccessBlock) }
  },
})
