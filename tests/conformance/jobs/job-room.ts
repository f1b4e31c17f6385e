import { randomUUID } from 'node:crypto'
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import {
  CreateJobCommand,
  type CreateJobCommandInput,
  DescribeJobCommand,
  type JobDescriptor,
  type S3ControlClient,
  UpdateJobStatusCommand,
} from '@aws-sdk/client-s3-control'
import { type StartServerOptions, startServer, type TestServer } from 'holdfast'
import { setTimeout as sleep } from 'node:timers/promises'
import { mainAccount, otherAccount } from '../../support/accounts.ts'
import { controlClient } from '../../support/control-client.ts'
import { iamClient } from '../../support/identity-clients.ts'
import { inTimeOf } from '../../support/in-time-of.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'

export const ACCOUNT = mainAccount.id
const TRUST = {
  Effect: 'Allow',
  Principal: { Service: 'batchoperations.s3.amazonaws.com' },
  Action: 'sts:AssumeRole',
}
const ENDED: ReadonlySet<string | undefined> = new Set(['Complete', 'Failed', 'Cancelled', 'Suspended'])

type JobParts = Partial<CreateJobCommandInput>

/** A server whose clock tests move, a bucket for manifests and reports, and roles that jobs may run as. */
export class JobRoom implements AsyncDisposable {
  readonly server: TestServer
  readonly s3: S3Client
  readonly control: S3ControlClient
  #made = 0

  private constructor(server: TestServer) {
    this.server = server
    this.s3 = inTimeOf(server, s3Client(server))
    this.control = inTimeOf(server, controlClient(server))
  }

  static async open(options: StartServerOptions = {}): Promise<JobRoom> {
    const room = new JobRoom(await startServer({ accounts: [mainAccount, otherAccount], ...options }))
    await room.s3.send(new CreateBucketCommand({ Bucket: 'work' }))
    return room
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.s3.destroy()
    this.control.destroy()
    await this.server[Symbol.asyncDispose]()
  }

  /** What S3 Control answers to a GET once the clock has gone on so long, over which the SDK would not sign any more. */
  async later(milliseconds: number, path: string, isIt: (text: string) => boolean): Promise<string> {
    this.server.clock.advance(milliseconds)
    for (;;) {
      const headers = { 'x-amz-account-id': ACCOUNT }
      const date = this.server.clock.now()
      const { text } = await rawRequest(this.server, { path: `/v20180820/${path}`, headers, date })
      if (isIt(text)) return text
      this.server.clock.advance(6_000)
      await sleep(5)
    }
  }

  async bucket(lock = false): Promise<string> {
    const Bucket = `jobs-${++this.#made}`
    await this.s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: lock }))
    return Bucket
  }

  async put(Bucket: string, ...keys: string[]): Promise<void> {
    for (const Key of keys) await this.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
  }

  async text(Bucket: string, Key: string): Promise<string> {
    return (await this.s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString() ?? ''
  }

  /** The ARN of a new role; without statements it may do all of S3. */
  async role(
    statements: object | readonly object[] = { Effect: 'Allow', Action: 's3:*', Resource: '*' },
    trust = TRUST,
  ): Promise<string> {
    const iam = iamClient(this.server)
    const RoleName = `jobs-${++this.#made}`
    const documentOf = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement })
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: documentOf(trust) }),
    )
    const PolicyDocument = documentOf(statements)
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }))
    iam.destroy()
    return Role?.Arn ?? ''
  }

  /** A manifest of CSV in `work`, each line as it is given. */
  async manifest(
    lines: readonly string[],
    Fields: ('Bucket' | 'Key' | 'VersionId' | 'Ignore')[] = ['Bucket', 'Key'],
  ) {
    const Key = `manifest-${++this.#made}.csv`
    const { ETag = '' } = await this.s3.send(
      new PutObjectCommand({ Bucket: 'work', Key, Body: lines.map((line) => `${line}\n`).join('') }),
    )
    return {
      Spec: { Format: 'S3BatchOperations_CSV_20180820' as const, Fields },
      Location: { ObjectArn: `arn:aws:s3:::work/${Key}`, ETag },
    }
  }

  input(parts: JobParts): CreateJobCommandInput {
    return {
      AccountId: ACCOUNT,
      Operation: { S3DeleteObjectTagging: {} },
      Report: { Enabled: false },
      Priority: 1,
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/none`,
      ConfirmationRequired: false,
      ClientRequestToken: randomUUID(),
      ...parts,
    }
  }

  async create(parts: JobParts): Promise<string> {
    const { JobId = '' } = await this.control.send(new CreateJobCommand(this.input(parts)))
    return JobId
  }

  async describe(JobId: string): Promise<JobDescriptor> {
    return (await this.control.send(new DescribeJobCommand({ AccountId: ACCOUNT, JobId }))).Job ?? {}
  }

  /** Once it has ended, or waits for somebody, or is what is asked for. The clock moves on meanwhile, as little as wakes workers. */
  async ended(
    JobId: string,
    isIt = ({ Status }: JobDescriptor): boolean => ENDED.has(Status),
  ): Promise<JobDescriptor> {
    for (;;) {
      const job = await this.describe(JobId)
      if (isIt(job)) return job
      this.server.clock.advance(6_000)
      await sleep(5)
    }
  }

  async run(parts: JobParts): Promise<JobDescriptor> {
    return this.ended(await this.create(parts))
  }

  async setStatus(JobId: string, RequestedJobStatus: 'Ready' | 'Cancelled', StatusUpdateReason?: string) {
    const input = { AccountId: ACCOUNT, JobId, RequestedJobStatus, StatusUpdateReason }
    return this.control.send(new UpdateJobStatusCommand(input))
  }

  report(ReportScope: 'AllTasks' | 'FailedTasksOnly' = 'AllTasks') {
    return {
      Enabled: true,
      Bucket: 'arn:aws:s3:::work',
      Format: 'Report_CSV_20180820' as const,
      Prefix: 'reports',
      ReportScope,
    }
  }
}
