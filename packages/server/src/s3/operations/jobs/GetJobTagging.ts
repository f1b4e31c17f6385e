import { elementsOfTags } from '../../shared/object/tags.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { authorizeJob, ownJob } from './own-job.ts'

export const GetJobTagging = defineOperation('GetJobTagging', {
  access: { action: 's3:GetJobTagging', on: 'account' },
  decidesItself: true,
  async handle({ JobId }, context) {
    await authorizeJob(context, GetJobTagging.access, JobId)
    return { Tags: elementsOfTags((await ownJob(context, JobId)).tags) }
  },
})
