import { S3Error } from '../../../model/s3-error.ts'
import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const PutBucketRequestPayment = defineOperation('PutBucketRequestPayment', {
  access: { action: 's3:PutBucketRequestPayment', on: 'bucket' },
  async handle(input, context) {
    const { Payer } = input.RequestPaymentConfiguration
    if (Payer !== 'Requester' && Payer !== 'BucketOwner') throw new S3Error('MalformedXML')
    await changeBucket(context, input.Bucket, () => ({
      requestPayer: Payer === 'Requester' ? Payer : undefined,
    }))
    return {}
  },
})
