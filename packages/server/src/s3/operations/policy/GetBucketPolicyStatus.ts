import { S3Error } from '../../../model/s3-error.ts'
import { readBucketPolicy } from '../../shared/bucket/bucket-policy.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'

export const GetBucketPolicyStatus = defineOperation('GetBucketPolicyStatus', {
  access: { action: 's3:GetBucketPolicyStatus', on: 'bucket' },
  async handle(input, context) {
    const policy = await readBucketPolicy(context.service, input.Bucket, bucketOf(context))
    if (!policy) throw new S3Error('NoSuchBucketPolicy', { BucketName: input.Bucket })
    return { PolicyStatus: { IsPublic: policy.isPublic } }
  },
})
