import { S3Error } from '../../model/s3-error.ts'
import { readPolicyText } from '../bucket-policy.ts'
import { bucketOf, defineOperation } from '../operation.ts'

export const GetBucketPolicy = defineOperation('GetBucketPolicy', {
  access: { action: 's3:GetBucketPolicy', on: 'bucket' },
  async handle(input, context) {
    const text = await readPolicyText(context.service, bucketOf(context))
    if (text === undefined) throw new S3Error('NoSuchBucketPolicy', { BucketName: input.Bucket })
    return { Policy: text }
  },
})
