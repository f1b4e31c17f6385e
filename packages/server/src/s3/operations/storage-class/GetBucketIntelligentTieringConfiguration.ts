import { readConfiguration } from '../../shared/bucket/configuration-list.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { TIERING } from '../../shared/storage-tiers/intelligent-tiering.ts'

export const GetBucketIntelligentTieringConfiguration = defineOperation(
  'GetBucketIntelligentTieringConfiguration',
  {
    access: { action: 's3:GetIntelligentTieringConfiguration', on: 'bucket' },
    async handle({ Id }, context) {
      return { IntelligentTieringConfiguration: await readConfiguration(context, TIERING, Id) }
    },
  },
)
