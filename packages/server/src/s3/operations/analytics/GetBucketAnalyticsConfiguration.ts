import { ANALYTICS } from '../../shared/bucket/analytics-configurations.ts'
import { readConfiguration } from '../../shared/bucket/configuration-list.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const GetBucketAnalyticsConfiguration = defineOperation('GetBucketAnalyticsConfiguration', {
  access: { action: 's3:GetAnalyticsConfiguration', on: 'bucket' },
  async handle({ Id }, context) {
    return { AnalyticsConfiguration: await readConfiguration(context, ANALYTICS, Id) }
  },
})
