import { changeConfiguration } from '../../shared/bucket/configuration-list.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { TIERING } from '../../shared/storage-tiers/intelligent-tiering.ts'

export const DeleteBucketIntelligentTieringConfiguration = defineOperation(
  'DeleteBucketIntelligentTieringConfiguration',
  {
    freesSpace: true,
    // Source: S3 API Reference: the permission is the one to put it.
    access: { action: 's3:PutIntelligentTieringConfiguration', on: 'bucket' },
    async handle({ Bucket, Id }, context) {
      await changeConfiguration(context, Bucket, TIERING, { id: Id, configuration: undefined })
      return {}
    },
  },
)
