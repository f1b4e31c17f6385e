import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const PutPublicAccessBlock = defineOperation('PutPublicAccessBlock', {
  access: { action: 's3:PutBucketPublicAccessBlock', on: 'bucket' },
  async handle(input, context) {
    const { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets } =
      input.PublicAccessBlockConfiguration
    // A switch that is left out is off.
    const publicAccessBlock = {
      blockPublicAcls: BlockPublicAcls === true,
      ignorePublicAcls: IgnorePublicAcls === true,
      blockPublicPolicy: BlockPublicPolicy === true,
      restrictPublicBuckets: RestrictPublicBuckets === true,
    }
    await changeBucket(context, input.Bucket, () => ({ publicAccessBlock }))
    return {}
  },
})
