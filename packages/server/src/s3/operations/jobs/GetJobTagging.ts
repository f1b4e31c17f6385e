import { elementsOfTags } from '../../shared/object/tags.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { ownJob } from './own-job.ts'

export const GetJobTagging = defineOperation('GetJobTagging', {
  access: { action: 's3:GetJobTagging', on: 'account' },
  decidesItself: true,
  async handle({ JobId }, context) {
    const { tags } = await ownJob(context, GetJobTagging.access, JobId)
    return { Tags: elementsOfTags(tags) }
  },
})
