import { justAfter } from '../../../metadata/just-after.ts'
import { jobs } from '../../../metadata/tables/job-tables.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { JobListDescriptor } from '../../../model/types.gen.ts'
import { decodeContinuationToken, encodeContinuationToken } from '../../shared/pages/continuation-token.ts'
import { accountIdOf, defineOperation } from '../../shared/service/operation.ts'
import { jobMembers } from './job-members.ts'
import { requestOf } from './job-request.ts'

/** Source: S3 API Reference, ListJobs. */
const MOST = 1000

export const ListJobs = defineOperation('ListJobs', {
  access: { action: 's3:ListJobs', on: 'account' },
  async handle({ JobStatuses: statuses, MaxResults: most = MOST, NextToken: token }, context) {
    if (most < 1 || most > MOST) throw invalidMost(most)
    const accountId = accountIdOf(context)
    const { start: first, end } = jobs.range(accountId)
    const after = token === undefined ? undefined : decodeContinuationToken(token)
    let start: Uint8Array = after === undefined ? first : justAfter(jobs.key(accountId, after))
    const found: JobListDescriptor[] = []
    for (;;) {
      const entries = await context.service.stores.metadata.scan({ start, end, limit: MOST })
      for (const entry of entries) {
        const [, jobId] = jobs.parts(entry.key)
        const row = jobs.decode(entry)
        if (statuses && statuses.length > 0 && !statuses.includes(row.status)) continue
        const last = found.at(-1)?.JobId
        if (found.length === most && last !== undefined)
          return { Jobs: found, NextToken: encodeContinuationToken(last) }
        found.push({ ...jobMembers(jobId, row), Operation: Object.keys(requestOf(row).Operation)[0] })
      }
      const last = entries.at(-1)
      if (!last || entries.length < MOST) return { Jobs: found }
      start = justAfter(last.key)
    }
  },
})

function invalidMost(asked: number): S3Error {
  const fields = { ArgumentName: 'maxResults', ArgumentValue: String(asked) }
  return new S3Error('InvalidArgument', fields, { message: `maxResults has to be from 1 to ${MOST}` })
}
