import { ANALYTICS } from '../../shared/bucket/analytics-configurations.ts'
import { changeConfiguration } from '../../shared/bucket/configuration-list.ts'
import { findReportDestination } from '../../shared/bucket/report-destination.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { checkAnalytics } from './check-analytics.ts'
import { exportDestination } from './export-destination.ts'

export const PutBucketAnalyticsConfiguration = defineOperation('PutBucketAnalyticsConfiguration', {
  access: { action: 's3:PutAnalyticsConfiguration', on: 'bucket' },
  async handle({ Bucket, Id, AnalyticsConfiguration: configuration }, context) {
    checkAnalytics(configuration, Id, Bucket)
    const destination = exportDestination(configuration)
    if (destination) await findReportDestination(context.service, bucketOf(context), destination)
    await changeConfiguration(context, Bucket, ANALYTICS, { id: Id, configuration })
    return {}
  },
})
