import { hash } from 'node:crypto'
import { groupedAsUuid } from '../../../base/uuid.ts'
import { type JobRow, jobs } from '../../../metadata/tables/job-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { CreateJobInput } from '../../../model/types.gen.ts'
import { assertMayPassRole } from '../../shared/deciding/pass-role.ts'
import { bucketTagKeys } from '../../shared/deciding/tag-condition-keys.ts'
import { accountIdOf, defineOperation } from '../../shared/service/operation.ts'
import { checkJob } from './check-job.ts'
import { functionOfJob } from './function-of-job.ts'
import { textOfRequest } from './job-request.ts'
import { jobTags } from './job-tags.ts'
import { countOpenJobs, putJob } from './open-job-rows.ts'

/** Of an account. Ours: AWS does not say how many it takes. */
const MOST_OPEN_JOBS = 1000

export const CreateJob = defineOperation('CreateJob', {
  access: { action: 's3:CreateJob', on: 'account' },
  contextKeys: ({ Operation, Priority, Tags }) => ({
    's3:RequestJobOperation': Object.keys(Operation)[0],
    's3:RequestJobPriority': String(Priority),
    ...bucketTagKeys(Tags),
  }),
  async handle(input, context) {
    checkJob(input)
    await assertMayPassRole(context, input.RoleArn, 'batchoperations.s3.amazonaws.com')
    const { service } = context
    const accountId = accountIdOf(context)
    const { LambdaInvoke: call } = input.Operation
    if (call) functionOfJob(service, call, accountId)
    const token = input.ClientRequestToken ?? service.random.bytes(16).toString('hex')
    const jobId = idOfToken(accountId, token)
    const row = newJob(input, service.clock.now().getTime())
    const { metadata } = service.stores
    const isFull = (await countOpenJobs(metadata, accountId, MOST_OPEN_JOBS)) === MOST_OPEN_JOBS
    await transact(metadata, async (transaction) => {
      const known = await transaction.get(jobs, accountId, jobId)
      if (known) return assertSame(known, row)
      if (isFull) throw new S3Error('TooManyRequestsException')
      putJob(transaction, { accountId, jobId, row })
    })
    return { JobId: jobId }
  },
})

/** The same for the same token: a request that comes again makes no second job. */
function idOfToken(accountId: string, token: string): string {
  return groupedAsUuid(hash('sha256', `${accountId}\0${token}`, 'hex').slice(0, 32))
}

function newJob(input: CreateJobInput, createdMilliseconds: number): JobRow {
  const { Priority, Description, RoleArn, ConfirmationRequired, Tags = [] } = input
  return {
    createdMilliseconds,
    status: 'New',
    priority: Priority,
    description: Description,
    roleArn: RoleArn,
    isConfirmed: ConfirmationRequired !== true,
    request: textOfRequest(input),
    tags: jobTags(Tags, 'InvalidRequest'),
    succeededTasks: 0,
    failedTasks: 0,
    activeMilliseconds: 0,
  }
}

/** Source: S3 API Reference, CreateJob, ClientRequestToken and IdempotencyException. */
function assertSame(known: JobRow, asked: JobRow): void {
  if (known.request !== asked.request || known.roleArn !== asked.roleArn)
    throw new S3Error('IdempotencyException')
}
