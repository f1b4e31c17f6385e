import { changeConfiguration } from '../../shared/bucket/configuration-list.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { checkTiering, TIERING } from '../../shared/storage-tiers/intelligent-tiering.ts'

export const PutBucketIntelligentTieringConfiguration = defineOperation(
  'PutBucketIntelligentTieringConfiguration',
  {
    access: { action: 's3:PutIntelligentTieringConfiguration', on: 'bucket' },
    async handle({ Bucket, Id, IntelligentTieringConfiguration: configuration }, context) {
      checkTiering(configuration, Id)
      await changeConfiguration(context, Bucket, TIERING, { id: Id, configuration })
      return {}
    },
  },
)
