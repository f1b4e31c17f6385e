import { S3Error } from '../../../model/s3-error.ts'
import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const PutBucketAccelerateConfiguration = defineOperation('PutBucketAccelerateConfiguration', {
  access: { action: 's3:PutAccelerateConfiguration', on: 'bucket' },
  async handle({ Bucket, AccelerateConfiguration: { Status } }, context) {
    if (Status !== 'Enabled' && Status !== 'Suspended') throw new S3Error('MalformedXML')
    // Source: S3 API Reference: the name must not contain periods.
    if (Bucket.includes('.')) {
      const message = 'S3 Transfer Acceleration is not supported for buckets with periods (.) in their names'
      throw new S3Error('InvalidRequest', {}, { message })
    }
    await changeBucket(context, Bucket, () => ({ acceleration: Status }))
    return {}
  },
})
