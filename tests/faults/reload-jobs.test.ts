import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { CreateJobCommand, DescribeJobCommand } from '@aws-sdk/client-s3-control'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { expect, it, vi } from 'vitest'
import { mainAccount } from '../support/accounts.ts'
import { createBucket } from '../support/buckets.ts'
import { controlClient } from '../support/control-client.ts'
import { iamClient } from '../support/identity-clients.ts'
import { s3Client } from '../support/s3-client.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { Webhook } from '../support/webhook.ts'

const AccountId = mainAccount.id
const FUNCTION = `arn:aws:lambda:us-east-1:${AccountId}:function:new`

async function roleOfJobs(server: ServerProcess): Promise<string> {
  const iam = iamClient(server)
  const documentOf = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: statement })
  const Principal = { Service: 'batchoperations.s3.amazonaws.com' }
  const trust = documentOf({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' })
  const RoleName = 'jobs'
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
  const PolicyDocument = documentOf({
    Effect: 'Allow',
    Action: ['s3:*', 'lambda:InvokeFunction'],
    Resource: '*',
  })
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }))
  return Role?.Arn ?? ''
}

it(
  'jobs go on by the new config while the worker before still answers a request',
  { timeout: 60_000 },
  async () => {
    await using functions = await Webhook.open(({ body }, response) => {
      const { tasks } = JSON.parse(body) as { readonly tasks: readonly [{ readonly taskId: string }] }
      response.end(JSON.stringify({ results: [{ taskId: tasks[0].taskId, resultCode: 'Succeeded' }] }))
    })
    await using server = await startServerProcess({ arguments: ['--workers', '1'] })
    await createBucket(server, 'work')
    const s3 = s3Client(server)
    await s3.send(
      new PutObjectCommand({ Bucket: 'work', Key: 'large', Body: Buffer.alloc(32 * 1024 * 1024) }),
    )
    const { ETag = '' } = await s3.send(
      new PutObjectCommand({ Bucket: 'work', Key: 'manifest', Body: 'work,large\n' }),
    )
    const RoleArn = await roleOfJobs(server)
    const reading = await fetch(
      await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'work', Key: 'large' })),
    )

    await server.writeConfig({ notifications: { destinations: [{ arn: FUNCTION, url: functions.url }] } })
    process.kill(server.processId, 'SIGHUP')
    const isRead = () => expect(server.output()).toContain('the config was read anew')
    await vi.waitFor(isRead, { timeout: 20_000, interval: 50 })
    const control = controlClient(server)
    const { JobId } = await control.send(
      new CreateJobCommand({
        AccountId,
        Operation: { LambdaInvoke: { FunctionArn: FUNCTION } },
        Manifest: {
          Spec: { Format: 'S3BatchOperations_CSV_20180820', Fields: ['Bucket', 'Key'] },
          Location: { ObjectArn: 'arn:aws:s3:::work/manifest', ETag },
        },
        Report: { Enabled: false },
        Priority: 1,
        RoleArn,
        ConfirmationRequired: false,
        ClientRequestToken: 'once',
      }),
    )
    const isDone = async () => {
      const { Job } = await control.send(new DescribeJobCommand({ AccountId, JobId }))
      expect(Job?.Status).toBe('Complete')
      return Job?.ProgressSummary
    }
    const progress = await vi.waitFor(isDone, { timeout: 20_000, interval: 200 })
    expect(progress).toMatchObject({ NumberOfTasksSucceeded: 1, NumberOfTasksFailed: 0 })
    expect((await reading.bytes()).length).toBe(32 * 1024 * 1024)
    s3.destroy()
    control.destroy()
  },
)
