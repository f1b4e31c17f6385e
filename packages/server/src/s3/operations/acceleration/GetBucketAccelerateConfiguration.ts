import { bucketOf, defineOperation } from '../../shared/service/operation.ts'

export const GetBucketAccelerateConfiguration = defineOperation('GetBucketAccelerateConfiguration', {
  access: { action: 's3:GetAccelerateConfiguration', on: 'bucket' },
  async handle(_, context) {
    const { acceleration } = bucketOf(context)
    return acceleration === undefined ? {} : { Status: acceleration }
  },
})
