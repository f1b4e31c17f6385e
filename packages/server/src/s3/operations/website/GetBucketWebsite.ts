import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { readWebsite } from './website.ts'

export const GetBucketWebsite = defineOperation('GetBucketWebsite', {
  access: { action: 's3:GetBucketWebsite', on: 'bucket' },
  async handle(input, context) {
    return readWebsite(context.service, bucketOf(context), input.Bucket)
  },
})
