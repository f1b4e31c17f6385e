import { S3Error } from '../../../model/s3-error.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { isEnded } from './job-statuses.ts'
import { authorizeJob, changeJob } from './own-job.ts'

export const UpdateJobPriority = defineOperation('UpdateJobPriority', {
  access: { action: 's3:UpdateJobPriority', on: 'account' },
  decidesItself: true,
  async handle({ JobId, Priority }, context) {
    await authorizeJob(context, UpdateJobPriority.access, JobId, {
      's3:RequestJobPriority': String(Priority),
    })
    if (Priority < 0)
      throw new S3Error('InvalidRequest', {}, { message: 'The priority of a job is 0 or more' })
    const { priority } = await changeJob(context, JobId, (row) => {
      if (isEnded(row.status)) throw new S3Error('JobStatusException')
      return { priority: Priority }
    })
    return { JobId, Priority: priority }
  },
})
