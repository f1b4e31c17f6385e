import { accountIdOf, defineOperation } from '../../shared/service/operation.ts'
import { jobArn } from './job-arn.ts'
import { jobMembers } from './job-members.ts'
import { requestOf } from './job-request.ts'
import { ownJob, SUSPENDED_CAUSE } from './own-job.ts'

export const DescribeJob = defineOperation('DescribeJob', {
  access: { action: 's3:DescribeJob', on: 'account' },
  decidesItself: true,
  async handle({ JobId }, context) {
    const row = await ownJob(context, DescribeJob.access, JobId)
    return {
      Job: {
        ...jobMembers(JobId, row),
        ...requestOf(row),
        JobArn: jobArn(context.service, accountIdOf(context), JobId),
        RoleArn: row.roleArn,
        StatusUpdateReason: row.statusReason,
        FailureReasons: row.failures?.map(({ code, reason }) => ({
          FailureCode: code,
          FailureReason: reason,
        })),
        GeneratedManifestDescriptor: row.generatedManifest && {
          Format: 'S3InventoryReport_CSV_20211130',
          Location: {
            ObjectArn: row.generatedManifest.objectArn,
            ETag: row.generatedManifest.etag,
            ObjectVersionId: row.generatedManifest.versionId,
          },
        },
        ...(row.suspendedMilliseconds !== undefined && {
          SuspendedDate: new Date(row.suspendedMilliseconds),
          SuspendedCause: SUSPENDED_CAUSE,
        }),
      },
    }
  },
})
