import { type JobRow, jobs } from '../../../metadata/tables/job-tables.ts'
import { accountPage } from '../../shared/pages/account-page.ts'
import { accountIdOf, defineOperation } from '../../shared/service/operation.ts'
import { jobMembers } from './job-members.ts'
import { requestOf } from './job-request.ts'

export const ListJobs = defineOperation('ListJobs', {
  access: { action: 's3:ListJobs', on: 'account' },
  async handle({ JobStatuses: statuses = [], MaxResults: maxResults, NextToken: token }, context) {
    const page = { accountId: accountIdOf(context), maxResults, token }
    const isMeant = ({ status }: JobRow): boolean => statuses.length === 0 || statuses.includes(status)
    const { found, ...next } = await accountPage(context.service.stores.metadata, jobs, page, (jobId, row) =>
      isMeant(row)
        ? { ...jobMembers(jobId, row), Operation: Object.keys(requestOf(row).Operation)[0] }
        : undefined,
    )
    return { Jobs: found, ...next }
  },
})
