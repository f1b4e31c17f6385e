import { defineOperation } from '../operation.ts'
import { changeTiering, checkTiering } from './intelligent-tiering.ts'

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
