import { S3Error } from '../../../model/s3-error.ts'
import { shownPeriod } from '../../shared/object/shown-retention.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'

export const GetObjectLockConfiguration = defineOperation('GetObjectLockConfiguration', {
  access: { action: 's3:GetBucketObjectLockConfiguration', on: 'bucket' },
  async handle(input, context) {
    const { objectLock } = bucketOf(context)
    if (!objectLock) throw new S3Error('ObjectLockConfigurationNotFoundError', { BucketName: input.Bucket })
    const chosen = objectLock.defaultRetention
    return {
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        ...(chosen && {
          Rule: {
            DefaultRetention: {
              Mode: chosen.mode,
              Days: chosen.days,
              Years: chosen.years,
              DefaultEventHold: chosen.eventHold && shownPeriod(chosen.eventHold),
            },
          },
        }),
      },
    }
  },
})
