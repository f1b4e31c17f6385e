import { S3Error } from '../../model/s3-error.ts'
import { changeBucket } from '../change-bucket.ts'
import { defineOperation } from '../operation.ts'
import { refuseUnsupported } from '../unsupported-input.ts'

export const PutBucketVersioning = defineOperation('PutBucketVersioning', {
  access: { action: 's3:PutBucketVersioning', on: 'bucket' },
  async handle(input, { service }) {
    const { Status, MFADelete } = input.VersioningConfiguration
    refuseUnsupported(input, { MFA: 'x-amz-mfa' })
    if (MFADelete === 'Enabled')
      throw new S3Error('NotImplemented', {}, { message: 'MFA delete is not implemented' })
    if (Status !== 'Enabled' && Status !== 'Suspended') {
      const message = 'The Versioning element must be specified'
      throw new S3Error('IllegalVersioningConfigurationException', {}, { message })
    }
    await changeBucket(service, input.Bucket, ({ objectLock }) => {
      if (!objectLock || Status === 'Enabled') return { versioning: Status }
      const message =
        'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.'
      throw new S3Error('InvalidBucketState', {}, { message })
    })
    return {}
  },
})
