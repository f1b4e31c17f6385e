import { ListJobsCommand, paginateListJobs } from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { jobRow } from '../../../packages/server/src/background/jobs/job-row.suite.ts'
import type { OrderedStore } from '../../../packages/server/src/metadata/ordered-store.ts'
import { jobs } from '../../../packages/server/src/metadata/tables/job-tables.ts'
import { transact } from '../../../packages/server/src/metadata/transaction.ts'
import { sdkError } from '../objects/object-room.ts'
import { ACCOUNT, JobRoom } from './job-room.ts'

const OF_TAGS = JSON.stringify({ Operation: { S3DeleteObjectTagging: {} } })
const byText = (one: string, other: string) => (one < other ? -1 : 1)

let room: JobRoom
beforeAll(async () => {
  room = await JobRoom.open()
  return () => room[Symbol.asyncDispose]()
})

it('lists jobs page by page, all or those of some statuses', async () => {
  const RoleArn = await room.role()
  const Manifest = await room.manifest(['work,none'])
  const done = await room.run({ Manifest, RoleArn, Description: 'done' })
  const waiting = []
  for (let count = 0; count < 3; count++)
    waiting.push(await room.create({ Manifest, RoleArn, ConfirmationRequired: true }))
  for (const jobId of waiting) await room.ended(jobId)
  const list = async (JobStatuses?: ('Complete' | 'Suspended' | 'New')[]) => {
    const found: (string | undefined)[] = []
    const pages = paginateListJobs({ client: room.control, pageSize: 2 }, { AccountId: ACCOUNT, JobStatuses })
    for await (const { Jobs = [] } of pages) {
      expect(Jobs.length).toBeLessThanOrEqual(2)
      found.push(...Jobs.map(({ JobId }) => JobId))
    }
    return found
  }
  expect(await list()).toEqual([done.JobId ?? '', ...waiting].toSorted(byText))
  expect(await list(['Suspended'])).toEqual(waiting.toSorted(byText))
  expect(await list(['New'])).toEqual([])
  expect(await list(['Complete', 'New', 'Suspended'])).toEqual(await list())
  const { Jobs } = await room.control.send(
    new ListJobsCommand({ AccountId: ACCOUNT, JobStatuses: ['Complete'] }),
  )
  expect(Jobs).toMatchObject([
    {
      JobId: done.JobId,
      Operation: 'S3DeleteObjectTagging',
      Description: 'done',
      Status: 'Complete',
      Priority: 1,
    },
  ])
})

// Source: S3 API Reference, ListJobs: its errors, and 0 to 1,000 for MaxResults.
it('refuses pages that are too large, statuses and tokens that are none', async () => {
  const list = (parts: object) => room.control.send(new ListJobsCommand({ AccountId: ACCOUNT, ...parts }))
  for (const parts of [{ MaxResults: -1 }, { MaxResults: 1001 }, { JobStatuses: ['New', 'Old'] }])
    expect(await sdkError(list(parts))).toEqual([400, 'InvalidRequestException'])
  expect(await sdkError(list({ NextToken: 'x' }))).toEqual([400, 'InvalidNextTokenException'])
  const { Jobs, NextToken } = await list({ MaxResults: 0 })
  expect([Jobs ?? [], NextToken]).toEqual([[], undefined])
})

it('looks at 10,000 jobs for a page at the most, and goes on behind them', async () => {
  let metadata: OrderedStore | undefined
  await using here = await JobRoom.open({ wrapMetadata: (store) => (metadata = store) })
  if (!metadata) throw new Error('a server has metadata')
  for (let start = 0; start < 12_000; start += 1000)
    await transact(metadata, (transaction) => {
      for (let at = start; at < start + 1000; at++) {
        const status = at % 6000 === 0 ? 'Cancelled' : 'Complete'
        transaction.put(jobs, [ACCOUNT, String(at).padStart(5, '0')], jobRow(status, { request: OF_TAGS }))
      }
    })
  const list = async (NextToken?: string) => {
    const input = { AccountId: ACCOUNT, JobStatuses: ['Cancelled' as const], NextToken }
    const found = await here.control.send(new ListJobsCommand(input))
    return { ids: found.Jobs?.map(({ JobId }) => JobId) ?? [], next: found.NextToken }
  }
  const first = await list()
  expect([first.ids, first.next]).toEqual([['00000', '06000'], expect.any(String)])
  expect(await list(first.next)).toEqual({ ids: [], next: undefined })
})

it('forgets them 90 days after they ended', async () => {
  const { JobId = '' } = await room.run({
    Manifest: await room.manifest(['work,none']),
    RoleArn: await room.role(),
  })
  const text = await room.later(91 * 24 * 3_600_000, 'jobs', (text) => !text.includes(JobId))
  expect(text).toContain('<ListJobsResult')
})
