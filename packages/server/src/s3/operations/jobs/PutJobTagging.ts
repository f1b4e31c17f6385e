import { bucketTagKeys } from '../../shared/deciding/tag-condition-keys.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { jobTags } from './job-tags.ts'
import { authorizeJob, changeJob } from './own-job.ts'

export const PutJobTagging = defineOperation('PutJobTagging', {
  access: { action: 's3:PutJobTagging', on: 'account' },
  decidesItself: true,
  async handle({ JobId, Tags }, context) {
    await authorizeJob(context, PutJobTagging.access, JobId, bucketTagKeys(Tags))
    const tags = jobTags(Tags, 'TooManyTagsException')
    await changeJob(context, JobId, () => ({ tags }))
    return {}
  },
})
