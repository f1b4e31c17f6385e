import { ANALYTICS } from '../../shared/bucket/analytics-configurations.ts'
import { changeConfiguration } from '../../shared/bucket/configuration-list.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const DeleteBucketAnalyticsConfiguration = defineOperation('DeleteBucketAnalyticsConfiguration', {
  freesSpace: true,
  // Source: S3 API Reference: the permission is the one to put it.
  access: { action: 's3:PutAnalyticsConfiguration', on: 'bucket' },
  async handle({ Bucket, Id }, context) {
    await changeConfiguration(context, Bucket, ANALYTICS, { id: Id, configuration: undefined })
    return {}
  },
})
