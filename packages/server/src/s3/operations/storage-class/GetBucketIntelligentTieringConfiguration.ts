import { S3Error } from '../../../model/s3-error.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { readTiering } from '../../shared/storage-tiers/intelligent-tiering.ts'

export const GetBucketIntelligentTieringConfiguration = defineOperation(
  'GetBucketIntelligentTieringConfiguration',
  {
    access: { action: 's3:GetIntelligentTieringConfiguration', on: 'bucket' },
    async handle(input, context) {
      const found = (await readTiering(context.service, bucketOf(context))).find(({ Id }) => Id === input.Id)
      if (!found) throw new S3Error('NoSuchConfiguration')
      return { IntelligentTieringConfiguration: found }
    },
  },
)
