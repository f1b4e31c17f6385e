import { pageOfConfigurations } from '../../shared/bucket/configuration-list.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { TIERING } from '../../shared/storage-tiers/intelligent-tiering.ts'

export const ListBucketIntelligentTieringConfigurations = defineOperation(
  'ListBucketIntelligentTieringConfigurations',
  {
    access: { action: 's3:GetIntelligentTieringConfiguration', on: 'bucket' },
    async handle({ ContinuationToken }, context) {
      const { configurations, page } = await pageOfConfigurations(context, TIERING, ContinuationToken)
      return { ...page, IntelligentTieringConfigurationList: configurations }
    },
  },
)
