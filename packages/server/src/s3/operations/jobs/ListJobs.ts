import { type JobRow, jobs } from '../../../metadata/tables/job-tables.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { accountPage } from '../../shared/pages/account-page.ts'
import { accountIdOf, defineOperation } from '../../shared/service/operation.ts'
import { jobMembers } from './job-members.ts'
import { requestOf } from './job-request.ts'
import { JOB_STATUSES } from './job-statuses.ts'

/** Its errors are those of its page: S3 API Reference, ListJobs. */
export const ListJobs = defineOperation('ListJobs', {
  access: { action: 's3:ListJobs', on: 'account' },
  async handle({ JobStatuses: statuses = [], MaxResults: maxResults, NextToken: token }, context) {
    assertStatuses(statuses)
    assertMost(maxResults)
    if (maxResults === 0) return { Jobs: [] }
    const page = { accountId: accountIdOf(context), maxResults, token }
    const isMeant = ({ status }: JobRow): boolean => statuses.length === 0 || statuses.includes(status)
    const { found, ...next } = await accountPage(context.service.stores.metadata, jobs, page, (jobId, row) =>
      isMeant(row)
        ? { ...jobMembers(jobId, row), Operation: Object.keys(requestOf(row).Operation)[0] }
        : undefined,
    ).catch(tellToken)
    return { Jobs: found, ...next }
  },
})

function assertStatuses(statuses: readonly string[]): void {
  const wrong = statuses.find((status) => !JOB_STATUSES.has(status))
  if (wrong !== undefined) throw invalid(`${wrong} is no status of jobs`)
}

function assertMost(most = 0): void {
  if (most < 0 || most > 1000) throw invalid('maxResults has to be from 0 to 1000')
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequestException', {}, { message })
}

/** All else of the page was looked at before. */
function tellToken(error: unknown): never {
  const isToken = error instanceof S3Error && error.code === 'InvalidArgument'
  throw isToken ? new S3Error('InvalidNextTokenException', {}, { cause: error }) : error
}
