import { defineOperation } from '../../shared/service/operation.ts'
import { changeJob } from './own-job.ts'

export const DeleteJobTagging = defineOperation('DeleteJobTagging', {
  freesSpace: true,
  access: { action: 's3:DeleteJobTagging', on: 'account' },
  async handle({ JobId }, context) {
    await changeJob(context, JobId, () => ({ tags: undefined }))
    return {}
  },
})
