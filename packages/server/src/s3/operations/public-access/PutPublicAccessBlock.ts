import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { statedBlock } from '../../shared/bucket/block-element.ts'

export const PutPublicAccessBlock = defineOperation('PutPublicAccessBlock', {
  access: { action: 's3:PutBucketPublicAccessBlock', on: 'bucket' },
  async handle(input, context) {
    const publicAccessBlock = statedBlock(input.PublicAccessBlockConfiguration)
    await changeBucket(context, input.Bucket, () => ({ publicAccessBlock }))
    return {}
  },
})
