import { bucketOf, defineOperation } from '../../shared/service/operation.ts'

export const HeadBucket = defineOperation('HeadBucket', {
  access: { action: 's3:ListBucket', on: 'bucket', acl: { on: 'bucket', grant: 'READ' } },
  async handle(_input, context) {
    const { region, through } = bucketOf(context)
    return { BucketRegion: region, AccessPointAlias: through !== undefined }
  },
})
