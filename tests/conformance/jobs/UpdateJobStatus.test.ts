import { UpdateJobStatusCommand } from '@aws-sdk/client-s3-control'
import { beforeAll, describe, expect, it } from 'vitest'
import { sdkError } from '../objects/object-room.ts'
import { ACCOUNT, JobRoom } from './job-room.ts'

let room: JobRoom
let role: string
beforeAll(async () => {
  room = await JobRoom.open()
  role = await room.role()
  return () => room[Symbol.asyncDispose]()
})

/** A job that waits to be confirmed. */
async function suspended(): Promise<string> {
  const bucket = await room.bucket()
  await room.put(bucket, 'a')
  const Manifest = await room.manifest([`${bucket},a`])
  const jobId = await room.create({
    Manifest,
    RoleArn: role,
    ConfirmationRequired: true,
    Report: room.report(),
  })
  expect(await room.ended(jobId)).toMatchObject({
    Status: 'Suspended',
    SuspendedCause: 'AwaitingConfirmation',
    ProgressSummary: { TotalNumberOfTasks: 1, NumberOfTasksSucceeded: 0, NumberOfTasksFailed: 0 },
  })
  return jobId
}

describe('a job that was made to wait', () => {
  it('is confirmed, and done', async () => {
    const jobId = await suspended()
    expect(await room.setStatus(jobId, 'Ready', 'looks good')).toMatchObject({
      JobId: jobId,
      Status: 'Ready',
      StatusUpdateReason: 'looks good',
    })
    for (;;) {
      const { Status } = await room.ended(jobId)
      if (Status === 'Complete') break
    }
    for (const asked of ['Ready', 'Cancelled'] as const)
      expect(await sdkError(room.setStatus(jobId, asked))).toEqual([400, 'JobStatusException'])
  })

  it('is cancelled, without a report of nothing', async () => {
    const jobId = await suspended()
    expect((await room.setStatus(jobId, 'Cancelled')).Status).toBe('Cancelling')
    const job = await room.ended(jobId)
    expect([job.Status, job.TerminationDate]).toEqual(['Cancelled', expect.any(Date)])
    await expect(room.text('work', `reports/job-${jobId}/manifest.json`)).rejects.toThrow('does not exist')
  })
})

it('cancels a job whose report cannot be written, and says so', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'a')
  const Manifest = await room.manifest(Array.from({ length: 5000 }, () => `${bucket},a`))
  const Report = { ...room.report(), Bucket: 'arn:aws:s3:::not-there' }
  const jobId = await room.create({ Manifest, RoleArn: role, Report })
  await room.ended(jobId, ({ ProgressSummary }) => (ProgressSummary?.NumberOfTasksSucceeded ?? 0) > 0)
  await room.setStatus(jobId, 'Cancelled')
  expect(await room.ended(jobId)).toMatchObject({
    Status: 'Cancelled',
    FailureReasons: [{ FailureCode: 'NoSuchBucket' }],
  })
})

it('cancels a job whose role is gone', async () => {
  const jobId = await room.create({
    Manifest: await room.manifest(['work,a']),
    RoleArn: `arn:aws:iam::${ACCOUNT}:role/none`,
    ConfirmationRequired: true,
  })
  await room.setStatus(jobId, 'Cancelled')
  expect((await room.ended(jobId)).Status).toBe('Cancelled')
})

it('refuses other statuses, and jobs that are not there', async () => {
  const jobId = await suspended()
  const input = { AccountId: ACCOUNT, JobId: jobId, RequestedJobStatus: 'Complete' as 'Ready' }
  expect(await sdkError(room.control.send(new UpdateJobStatusCommand(input)))).toEqual([
    400,
    'InvalidRequest',
  ])
  expect(await sdkError(room.setStatus('no-such-job', 'Ready'))).toEqual([400, 'NotFoundException'])
})

it('fails a job that nobody confirms for 30 days', async () => {
  const jobId = await suspended()
  const ended = (text: string) => !text.includes('<Status>Suspended<')
  const text = await room.later(31 * 24 * 3_600_000, `jobs/${jobId}`, ended)
  expect(text).toMatch(/<Status>Failed<.*<FailureCode>JobSuspended</s)
})
