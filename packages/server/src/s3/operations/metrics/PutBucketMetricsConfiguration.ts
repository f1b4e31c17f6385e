import { changeConfiguration } from '../../shared/bucket/configuration-list.ts'
import { METRICS } from '../../shared/bucket/metrics-configurations.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { checkMetrics, refuseTagFilters } from './check-metrics.ts'

export const PutBucketMetricsConfiguration = defineOperation('PutBucketMetricsConfiguration', {
  access: {
    action: 's3:PutMetricsConfiguration',
    on: 'bucket',
    directory: { action: 's3express:PutMetricsConfiguration' },
  },
  async handle({ Bucket, Id, MetricsConfiguration: configuration }, context) {
    checkMetrics(configuration, Id)
    if (bucketOf(context).directory) refuseTagFilters(configuration)
    await changeConfiguration(context, Bucket, METRICS, { id: Id, configuration })
    return {}
  },
})
