import type { AccessRule } from '../../../access/access-rule.ts'
import type { ContextKeys } from '../../../access/request-context.ts'
import { type JobRow, jobs } from '../../../metadata/tables/job-tables.ts'
import { readRow, transact } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { accountIdOf, type OperationContext } from '../../shared/service/operation.ts'
import { requestOf } from './job-request.ts'
import { putJob } from './open-job-rows.ts'
import { tagEntries } from '../../../access/tag-entries.ts'

/** The one reason there is: a job that has to be confirmed. */
export const SUSPENDED_CAUSE = 'AwaitingConfirmation'

/** That of a UUID. Keys of rows may not be of any length. */
const ID_LENGTH = 36

/** The job, for one who may do this to it. */
export async function ownJob(context: OperationContext, access: AccessRule, jobId: string): Promise<JobRow> {
  return (await authorizeJob(context, access, jobId)) ?? noSuchJob()
}

/**
 * The job. Throws AccessDenied unless the caller may do this to it, by its tags and what it is, too; of one that is not there it is decided
 * without. Source: Service Authorization Reference, Amazon S3; S3 User Guide, "Controlling permissions for Batch Operations using job tags".
 */
export async function authorizeJob(
  context: OperationContext,
  access: AccessRule,
  jobId: string,
  keys: ContextKeys = {},
): Promise<JobRow | undefined> {
  const { metadata } = context.service.stores
  const row =
    jobId.length > ID_LENGTH ? undefined : await readRow(metadata, jobs, accountIdOf(context), jobId)
  await context.authorize(access, undefined, { ...keys, ...(row && jobKeys(row)) })
  return row
}

function jobKeys(row: JobRow): ContextKeys {
  const { priority, suspendedMilliseconds, tags = [] } = row
  return {
    's3:ExistingJobPriority': String(priority),
    's3:ExistingJobOperation': Object.keys(requestOf(row).Operation ?? {})[0],
    's3:JobSuspendedCause': suspendedMilliseconds === undefined ? undefined : SUSPENDED_CAUSE,
    ...Object.fromEntries(tagEntries('aws:ResourceTag', tags)),
  }
}

/** Changes a job of the caller's account in one commit; returns it as it is then. `change` may refuse by throwing. */
export async function changeJob(
  context: OperationContext,
  jobId: string,
  change: (row: JobRow) => Partial<JobRow>,
): Promise<JobRow> {
  if (jobId.length > ID_LENGTH) noSuchJob()
  const accountId = accountIdOf(context)
  return transact(context.service.stores.metadata, async (transaction) => {
    const row = (await transaction.get(jobs, accountId, jobId)) ?? noSuchJob()
    const changed = { ...row, ...change(row) }
    putJob(transaction, { accountId, jobId, row: changed }, row)
    return changed
  })
}

function noSuchJob(): never {
  throw new S3Error('NotFoundException')
}
