import { bucketOf, defineOperation } from '../../shared/service/operation.ts'

export const GetBucketVersioning = defineOperation('GetBucketVersioning', {
  access: { action: 's3:GetBucketVersioning', on: 'bucket' },
  async handle(_input, context) {
    const { versioning, mfaDelete } = bucketOf(context)
    // A bucket that never had versioning has no status at all.
    return { Status: versioning, MFADelete: mfaDelete }
  },
})
