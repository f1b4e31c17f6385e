import { type JobRow, jobs } from '../../../metadata/tables/job-tables.ts'
import { readRow, transact } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { accountIdOf, type OperationContext } from '../../shared/service/operation.ts'

/** That of a UUID. Keys of rows may not be of any length. */
const ID_LENGTH = 36

export async function ownJob(context: OperationContext, jobId: string): Promise<JobRow> {
  if (jobId.length > ID_LENGTH) noSuchJob()
  const row = await readRow(context.service.stores.metadata, jobs, accountIdOf(context), jobId)
  return row ?? noSuchJob()
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
    transaction.put(jobs, [accountId, jobId], changed)
    return changed
  })
}

function noSuchJob(): never {
  throw new S3Error('NotFoundException')
}
