import { READS_DIRECTORY } from '../../../access/access-rule.ts'
import { directoryBucketArn } from '../../../model/directory-bucket-name.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'

export const HeadBucket = defineOperation('HeadBucket', {
  access: {
    action: 's3:ListBucket',
    on: 'bucket',
    acl: { on: 'bucket', grant: 'READ' },
    directory: READS_DIRECTORY,
  },
  async handle(input, context) {
    const { region, through, directory, ownerAccountId } = bucketOf(context)
    const answer = { BucketRegion: region, AccessPointAlias: through !== undefined }
    if (!directory) return answer
    return {
      ...answer,
      BucketArn: directoryBucketArn(region, ownerAccountId, input.Bucket),
      BucketLocationType: directory.locationType,
      BucketLocationName: directory.zone,
    }
  },
})
