import { ANALYTICS } from '../../shared/bucket/analytics-configurations.ts'
import { pageOfConfigurations } from '../../shared/bucket/configuration-list.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const ListBucketAnalyticsConfigurations = defineOperation('ListBucketAnalyticsConfigurations', {
  access: { action: 's3:GetAnalyticsConfiguration', on: 'bucket' },
  async handle({ ContinuationToken }, context) {
    const { configurations, page } = await pageOfConfigurations(context, ANALYTICS, ContinuationToken)
    return { ...page, AnalyticsConfigurationList: configurations }
  },
})
