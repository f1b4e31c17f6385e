import { bucketTagKeys } from '../../shared/deciding/tag-condition-keys.ts'
import { MOST_BUCKET_TAGS, tagsOfElements } from '../../shared/object/tags.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { authorizeJob, changeJob } from './own-job.ts'

export const PutJobTagging = defineOperation('PutJobTagging', {
  access: { action: 's3:PutJobTagging', on: 'account' },
  decidesItself: true,
  async handle({ JobId, Tags }, context) {
    await authorizeJob(context, PutJobTagging.access, JobId, bucketTagKeys(Tags))
    const tags = tagsOfElements(Tags, MOST_BUCKET_TAGS)
    await changeJob(context, JobId, () => ({ tags: tags.length > 0 ? tags : undefined }))
    return {}
  },
})
