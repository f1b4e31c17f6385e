import { changeConfiguration } from '../../shared/bucket/configuration-list.ts'
import { METRICS } from '../../shared/bucket/metrics-configurations.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const DeleteBucketMetricsConfiguration = defineOperation('DeleteBucketMetricsConfiguration', {
  freesSpace: true,
  // Source: S3 API Reference: the permission is the one to put it.
  access: {
    action: 's3:PutMetricsConfiguration',
    on: 'bucket',
    directory: { action: 's3express:PutMetricsConfiguration' },
  },
  async handle({ Bucket, Id }, context) {
    await changeConfiguration(context, Bucket, METRICS, { id: Id, configuration: undefined })
    return {}
  },
})
