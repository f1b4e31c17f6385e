/**
 * Who may see to a job, by what it is. Sources: S3 User Guide, "Controlling permissions for Batch Operations using job tags"; Service
 * Authorization Reference, Amazon S3.
 */
import {
  DeleteJobTaggingCommand,
  DescribeJobCommand,
  GetJobTaggingCommand,
  PutJobTaggingCommand,
  type S3ControlClient,
  UpdateJobPriorityCommand,
  UpdateJobStatusCommand,
} from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { controlClient } from '../../support/control-client.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { ACCOUNT, JobRoom } from './job-room.ts'

let room: JobRoom
let mine: string
let other: string
beforeAll(async () => {
  room = await JobRoom.open()
  const Manifest = await room.manifest(['work,none'])
  const RoleArn = await room.role()
  const create = (department: string, Priority: number) =>
    room.create({
      Manifest,
      RoleArn,
      Priority,
      ConfirmationRequired: true,
      Tags: [{ Key: 'department', Value: department }],
    })
  mine = await create('Finance', 1)
  other = await create('Research', 50)
  for (const jobId of [mine, other]) await room.ended(jobId)
  return () => room[Symbol.asyncDispose]()
})

const AccountId = ACCOUNT
const Tags = [{ Key: 'department', Value: 'Finance' }]
const DOINGS: Readonly<Record<string, (client: S3ControlClient, JobId: string) => Promise<unknown>>> = {
  DescribeJob: (client, JobId) => client.send(new DescribeJobCommand({ AccountId, JobId })),
  GetJobTagging: (client, JobId) => client.send(new GetJobTaggingCommand({ AccountId, JobId })),
  PutJobTagging: (client, JobId) => client.send(new PutJobTaggingCommand({ AccountId, JobId, Tags })),
  UpdateJobPriority: (client, JobId) =>
    client.send(new UpdateJobPriorityCommand({ AccountId, JobId, Priority: 1 })),
  UpdateJobStatus: (client, JobId) =>
    client.send(new UpdateJobStatusCommand({ AccountId, JobId, RequestedJobStatus: 'Cancelled' })),
  DeleteJobTagging: (client, JobId) => client.send(new DeleteJobTaggingCommand({ AccountId, JobId })),
}

async function userWith(name: string, ...statements: readonly object[]): Promise<S3ControlClient> {
  return controlClient(room.server, await makeUser(room.server, name, ...statements))
}

const outcome = (asked: Promise<unknown>) =>
  asked.then(
    () => 'done',
    (error: Error) => error.name,
  )

const allow = (Action: string, Condition?: object) => ({ Effect: 'Allow', Action, Resource: '*', Condition })
const deny = (Action: string, Condition: object) => ({ Effect: 'Deny', Action, Resource: '*', Condition })

it('by its tags', async () => {
  const tagged = { StringEquals: { 'aws:ResourceTag/department': 'Finance' } }
  const client = await userWith('finance', allow('s3:*', tagged))
  for (const [name, act] of Object.entries(DOINGS))
    expect([name, await outcome(act(client, other))]).toEqual([name, 'AccessDenied'])
  const denied = await userWith('refused', allow('s3:*'), deny('s3:*', tagged))
  for (const [name, act] of Object.entries(DOINGS))
    expect([name, await outcome(act(denied, mine))]).toEqual([name, 'AccessDenied'])
  // The next test goes on with the job.
  const { UpdateJobStatus: _, ...others } = DOINGS
  for (const [name, act] of Object.entries(others))
    expect([name, await outcome(act(client, mine))]).toEqual([name, 'done'])
})

it('by its priority, what it does and why it stands still', async () => {
  const { UpdateJobPriority: set, UpdateJobStatus: cancel } = DOINGS
  if (!set || !cancel) throw new Error('they are there')
  const urgent = { NumericGreaterThan: { 's3:ExistingJobPriority': '10' } }
  const patient = await userWith('patient', allow('s3:*'), deny('s3:UpdateJobPriority', urgent))
  expect(await outcome(set(patient, other))).toBe('AccessDenied')
  expect(await outcome(set(patient, mine))).toBe('done')
  const modest = await userWith(
    'modest',
    allow('s3:UpdateJobPriority', { NumericLessThanEquals: { 's3:RequestJobPriority': '10' } }),
  )
  const ask = (Priority: number) =>
    modest.send(new UpdateJobPriorityCommand({ AccountId, JobId: mine, Priority }))
  expect(await outcome(ask(11))).toBe('AccessDenied')
  expect(await outcome(ask(10))).toBe('done')
  const operation = { StringEquals: { 's3:ExistingJobOperation': 'S3DeleteObjectTagging' } }
  const bound = await userWith('bound', allow('s3:*'), deny('s3:UpdateJobPriority', operation))
  expect(await outcome(set(bound, mine))).toBe('AccessDenied')
  const suspended = { StringEquals: { 's3:JobSuspendedCause': 'AwaitingConfirmation' } }
  const waiting = await userWith('waiting', allow('s3:UpdateJobStatus', suspended))
  expect(await outcome(cancel(waiting, mine))).toBe('done')
})

it('of one that is not there, only who may see it without conditions on it', async () => {
  const conditional = await userWith(
    'conditional',
    allow('s3:*', { Null: { 'aws:ResourceTag/department': 'false' } }),
  )
  const anybody = await userWith('anybody', allow('s3:*'))
  for (const [name, act] of Object.entries(DOINGS)) {
    expect([name, await outcome(act(conditional, 'no-such-job'))]).toEqual([name, 'AccessDenied'])
    expect([name, await outcome(act(anybody, 'no-such-job'))]).toEqual([name, 'NotFoundException'])
  }
})
