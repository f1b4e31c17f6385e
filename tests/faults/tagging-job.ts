import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { CreateJobCommand, DescribeJobCommand, type JobDescriptor } from '@aws-sdk/client-s3-control'
import { expect } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { mainAccount } from '../support/accounts.ts'
import { createBucket, getObject } from '../support/buckets.ts'
import { controlClient } from '../support/control-client.ts'
import { iamClient } from '../support/identity-clients.ts'
import { s3Client } from '../support/s3-client.ts'
import type { ServerProcess } from '../support/server-process.ts'

const BUCKET = 'jobs'
const AccountId = mainAccount.id
const documentOf = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', ...statement } })

/** Begins a job of so many tasks, half of which fail, so that its report tells whether any was lost or told of twice. */
export async function beginJob(server: ServerProcess, tasks: number): Promise<string> {
  await createBucket(server, BUCKET)
  const [s3, iam, control] = [s3Client(server), iamClient(server), controlClient(server)]
  const trust = { Principal: { Service: 'batchoperations.s3.amazonaws.com' }, Action: 'sts:AssumeRole' }
  const named = { RoleName: 'jobs' }
  const { Role } = await iam.send(
    new CreateRoleCommand({ ...named, AssumeRolePolicyDocument: documentOf(trust) }),
  )
  const PolicyDocument = documentOf({ Action: 's3:*', Resource: '*' })
  await iam.send(new PutRolePolicyCommand({ ...named, PolicyName: 'own', PolicyDocument }))
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'source', Body: 'text' }))
  const lines = Array.from({ length: tasks }, (_, at) => `${BUCKET},${at % 2 === 0 ? 'source' : 'none'}\n`)
  const { ETag = '' } = await s3.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: 'manifest', Body: lines.join('') }),
  )
  const { JobId = '' } = await control.send(
    new CreateJobCommand({
      AccountId,
      Operation: { S3PutObjectTagging: { TagSet: [{ Key: 'a', Value: 'b' }] } },
      Manifest: {
        Spec: { Format: 'S3BatchOperations_CSV_20180820', Fields: ['Bucket', 'Key'] },
        Location: { ObjectArn: `arn:aws:s3:::${BUCKET}/manifest`, ETag },
      },
      Report: {
        Enabled: true,
        Bucket: `arn:aws:s3:::${BUCKET}`,
        Format: 'Report_CSV_20180820',
        ReportScope: 'AllTasks',
      },
      Priority: 1,
      RoleArn: Role?.Arn ?? '',
      ClientRequestToken: 'token',
      ConfirmationRequired: false,
    }),
  )
  return JobId
}

export const tasksDone = ({
  ProgressSummary: { NumberOfTasksSucceeded = 0, NumberOfTasksFailed = 0 } = {},
}: JobDescriptor) => NumberOfTasksSucceeded + NumberOfTasksFailed

export async function untilJob(
  server: ServerProcess,
  JobId: string,
  isIt: (job: JobDescriptor) => boolean,
): Promise<JobDescriptor> {
  const control = controlClient(server)
  for (;;) {
    const { Job = {} } = await control.send(new DescribeJobCommand({ AccountId, JobId }))
    if (isIt(Job)) return Job
    await sleep(20)
  }
}

/** The job is complete, and its report tells of each task once. */
export async function expectAllTold(server: ServerProcess, jobId: string, tasks: number): Promise<void> {
  const job = await untilJob(server, jobId, ({ TerminationDate }) => TerminationDate !== undefined)
  expect(job).toMatchObject({
    Status: 'Complete',
    ProgressSummary: {
      TotalNumberOfTasks: tasks,
      NumberOfTasksSucceeded: tasks / 2,
      NumberOfTasksFailed: tasks / 2,
    },
  })
  for (const kind of ['succeeded', 'failed']) {
    const { text } = await getObject(server, BUCKET, `job-${jobId}/results/${kind}.csv`)
    expect(text.trimEnd().split('\n')).toHaveLength(tasks / 2)
  }
}
