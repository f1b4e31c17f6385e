import { DescribeJobCommand } from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { controlClient } from '../../support/control-client.ts'
import { sdkError } from '../objects/object-room.ts'
import { ACCOUNT, JobRoom } from './job-room.ts'

let room: JobRoom
beforeAll(async () => {
  room = await JobRoom.open()
  return () => room[Symbol.asyncDispose]()
})

it('tells of a job what it was asked for, and how it is', async () => {
  const RoleArn = await room.role()
  const Manifest = await room.manifest(['work,a'])
  const until = new Date('2031-01-02T03:04:05Z')
  const Operation = {
    S3PutObjectRetention: { Retention: { Mode: 'GOVERNANCE' as const, RetainUntilDate: until } },
  }
  const asked = {
    Manifest,
    RoleArn,
    Operation,
    Priority: 7,
    Description: 'ü',
    Report: room.report(),
    ConfirmationRequired: true,
  }
  const JobId = await room.create(asked)
  await room.ended(JobId)
  const { CreationTime, SuspendedDate, ...job } = await room.describe(JobId)
  expect([CreationTime, SuspendedDate]).toEqual([expect.any(Date), expect.any(Date)])
  expect(job).toEqual({
    ...asked,
    JobId,
    JobArn: `arn:aws:s3:us-east-1:${mainAccount.id}:job/${JobId}`,
    Status: 'Suspended',
    SuspendedCause: 'AwaitingConfirmation',
    ProgressSummary: {
      TotalNumberOfTasks: 1,
      NumberOfTasksSucceeded: 0,
      NumberOfTasksFailed: 0,
      Timers: { ElapsedTimeInActiveSeconds: 0 },
    },
  })
})

it('tells nobody else', async () => {
  const JobId = await room.create({ Manifest: await room.manifest(['work,a']), RoleArn: await room.role() })
  const other = controlClient(room.server, otherCredentials)
  const ask = (AccountId: string) => sdkError(other.send(new DescribeJobCommand({ AccountId, JobId })))
  expect([await ask(ACCOUNT), await ask(otherAccount.id)]).toEqual([
    [403, 'AccessDenied'],
    [400, 'NotFoundException'],
  ])
  other.destroy()
})
