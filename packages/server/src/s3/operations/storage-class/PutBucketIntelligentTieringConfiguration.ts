import { defineOperation } from '../../shared/service/operation.ts'
import { changeTiering, checkTiering } from '../../shared/storage-tiers/intelligent-tiering.ts'

export const PutBucketIntelligentTieringConfiguration = defineOperation(
  'PutBucketIntelligentTieringConfiguration',
  {
    access: { action: 's3:PutIntelligentTieringConfiguration', on: 'bucket' },
    async handle({ Bucket, Id, IntelligentTieringConfiguration: configuration }, context) {
      checkTiering(configuration, Id)
      await changeTiering(context, Bucket, Id, configuration)
      return {}
    },
  },
)
