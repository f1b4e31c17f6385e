import { bucketOf, defineOperation } from '../../shared/service/operation.ts'

export const GetBucketAbac = defineOperation('GetBucketAbac', {
  access: { action: 's3:GetBucketAbac', on: 'bucket' },
  async handle(_, context) {
    return { AbacStatus: { Status: bucketOf(context).abac ?? 'Disabled' } }
  },
})
