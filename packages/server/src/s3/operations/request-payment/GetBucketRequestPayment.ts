import { bucketOf, defineOperation } from '../../shared/service/operation.ts'

export const GetBucketRequestPayment = defineOperation('GetBucketRequestPayment', {
  access: { action: 's3:GetBucketRequestPayment', on: 'bucket' },
  async handle(_input, context) {
    return { Payer: bucketOf(context).requestPayer ?? 'BucketOwner' }
  },
})
