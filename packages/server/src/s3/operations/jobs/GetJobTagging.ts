import { elementsOfTags } from '../../shared/object/tags.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { ownJob } from './own-job.ts'

export const GetJobTagging = defineOperation('GetJobTagging', {
  access: { action: 's3:GetJobTagging', on: 'account' },
  async handle({ JobId }, context) {
    return { Tags: elementsOfTags((await ownJob(context, JobId)).tags) }
  },
})
