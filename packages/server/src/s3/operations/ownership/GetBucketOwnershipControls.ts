import { S3Error } from '../../../model/s3-error.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'

export const GetBucketOwnershipControls = defineOperation('GetBucketOwnershipControls', {
  access: { action: 's3:GetBucketOwnershipControls', on: 'bucket' },
  async handle(input, context) {
    const { objectOwnership } = bucketOf(context)
    if (!objectOwnership) throw new S3Error('OwnershipControlsNotFoundError', { BucketName: input.Bucket })
    return { OwnershipControls: { Rules: [{ ObjectOwnership: objectOwnership }] } }
  },
})
