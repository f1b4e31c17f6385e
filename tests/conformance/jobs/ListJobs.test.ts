import { ListJobsCommand, paginateListJobs } from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { sdkError } from '../objects/object-room.ts'
import { ACCOUNT, JobRoom } from './job-room.ts'

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

it('refuses pages of no size, and tokens that are none', async () => {
  for (const parts of [{ MaxResults: 0 }, { MaxResults: 1001 }, { NextToken: 'x' }]) {
    const asked = room.control.send(new ListJobsCommand({ AccountId: ACCOUNT, ...parts }))
    expect(await sdkError(asked)).toEqual([400, 'InvalidArgument'])
  }
})

it('forgets them 90 days after they ended', async () => {
  const { JobId = '' } = await room.run({
    Manifest: await room.manifest(['work,none']),
    RoleArn: await room.role(),
  })
  const text = await room.later(91 * 24 * 3_600_000, 'jobs', (text) => !text.includes(JobId))
  expect(text).toContain('<ListJobsResult')
})
