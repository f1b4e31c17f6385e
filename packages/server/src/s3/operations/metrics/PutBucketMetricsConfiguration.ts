import { changeConfiguration } from '../../shared/bucket/configuration-list.ts'
import { METRICS } from '../../shared/bucket/metrics-configurations.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { checkMetrics } from './check-metrics.ts'

export const PutBucketMetricsConfiguration = defineOperation('PutBucketMetricsConfiguration', {
  access: { action: 's3:PutMetricsConfiguration', on: 'bucket' },
  async handle({ Bucket, Id, MetricsConfiguration: configuration }, context) {
    checkMetrics(configuration, Id)
    await changeConfiguration(context, Bucket, METRICS, { id: Id, configuration })
    return {}
  },
})
