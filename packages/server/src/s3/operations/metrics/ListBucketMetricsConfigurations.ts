import { pageOfConfigurations } from '../../shared/bucket/configuration-list.ts'
import { METRICS } from '../../shared/bucket/metrics-configurations.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const ListBucketMetricsConfigurations = defineOperation('ListBucketMetricsConfigurations', {
  access: {
    action: 's3:GetMetricsConfiguration',
    on: 'bucket',
    directory: { action: 's3express:GetMetricsConfiguration' },
  },
  async handle({ ContinuationToken }, context) {
    const { configurations, page } = await pageOfConfigurations(context, METRICS, ContinuationToken)
    return { ...page, MetricsConfigurationList: configurations }
  },
})
