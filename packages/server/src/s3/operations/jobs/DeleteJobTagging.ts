import { defineOperation } from '../../shared/service/operation.ts'
import { authorizeJob, changeJob } from './own-job.ts'

export const DeleteJobTagging = defineOperation('DeleteJobTagging', {
  freesSpace: true,
  access: { action: 's3:DeleteJobTagging', on: 'account' },
  decidesItself: true,
  async handle({ JobId }, context) {
    await authorizeJob(context, DeleteJobTagging.access, JobId)
    await changeJob(context, JobId, () => ({ tags: undefined }))
    return {}
  },
})
