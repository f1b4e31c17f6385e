import { readConfiguration } from '../../shared/bucket/configuration-list.ts'
import { METRICS } from '../../shared/bucket/metrics-configurations.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const GetBucketMetricsConfiguration = defineOperation('GetBucketMetricsConfiguration', {
  access: {
    action: 's3:GetMetricsConfiguration',
    on: 'bucket',
    directory: { action: 's3express:GetMetricsConfiguration' },
  },
  async handle({ Id }, context) {
    return { MetricsConfiguration: await readConfiguration(context, METRICS, Id) }
  },
})
