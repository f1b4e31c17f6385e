import type { JobRow } from '../../../metadata/tables/job-tables.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { checkTexts } from './check-texts.ts'
import { isUnderWay } from './job-statuses.ts'
import { authorizeJob, changeJob } from './own-job.ts'

/** Confirms a job, or cancels it. Source: S3 API Reference, UpdateJobStatus; S3 User Guide, "Job statuses". */
export const UpdateJobStatus = defineOperation('UpdateJobStatus', {
  access: { action: 's3:UpdateJobStatus', on: 'account' },
  decidesItself: true,
  async handle({ JobId, RequestedJobStatus: asked, StatusUpdateReason: reason }, context) {
    await authorizeJob(context, UpdateJobStatus.access, JobId)
    checkTexts({ StatusUpdateReason: reason })
    const { status, statusReason } = await changeJob(context, JobId, (row) => ({
      ...askedChange(row, asked),
      ...(reason !== undefined && { statusReason: reason }),
    }))
    return { JobId, Status: status, StatusUpdateReason: statusReason }
  },
})

function askedChange({ status }: JobRow, asked: string): Partial<JobRow> {
  if (asked === 'Ready' && status === 'Suspended')
    return { status: 'Ready', isConfirmed: true, suspendedMilliseconds: undefined }
  if (asked === 'Cancelled' && isUnderWay(status)) return { status: 'Cancelling' }
  if (asked === 'Ready' || asked === 'Cancelled') throw new S3Error('JobStatusException')
  throw new S3Error('InvalidRequest', {}, { message: 'A job is made Ready or Cancelled' })
}
