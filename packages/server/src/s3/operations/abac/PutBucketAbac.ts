import { S3Error } from '../../../model/s3-error.ts'
import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const PutBucketAbac = defineOperation('PutBucketAbac', {
  access: { action: 's3:PutBucketAbac', on: 'bucket' },
  async handle({ Bucket, AbacStatus: { Status } }, context) {
    if (Status !== 'Enabled' && Status !== 'Disabled') throw new S3Error('MalformedXML')
    await changeBucket(context, Bucket, () => ({ abac: Status === 'Enabled' ? Status : undefined }))
    return {}
  },
})
