import { S3Error } from '../../../model/s3-error.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { isEnded } from './job-statuses.ts'
import { changeJob } from './own-job.ts'

export const UpdateJobPriority = defineOperation('UpdateJobPriority', {
  access: { action: 's3:UpdateJobPriority', on: 'account' },
  async handle({ JobId, Priority }, context) {
    if (Priority < 0)
      throw new S3Error('InvalidRequest', {}, { message: 'The priority of a job is 0 or more' })
    const { priority } = await changeJob(context, JobId, (row) => {
      if (isEnded(row.status)) throw new S3Error('JobStatusException')
      return { priority: Priority }
    })
    return { JobId, Priority: priority }
  },
})
