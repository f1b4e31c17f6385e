import {
  CreateBucketCommand,
  DeleteBucketInventoryConfigurationCommand,
  GetBucketInventoryConfigurationCommand,
  GetObjectCommand,
  ListBucketInventoryConfigurationsCommand,
  PutBucketInventoryConfigurationCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import {
  CreateAccessPointCommand,
  CreateJobCommand,
  DeleteAccessPointCommand,
  DeletePublicAccessBlockCommand,
  DescribeJobCommand,
  GetAccessPointCommand,
  GetJobTaggingCommand,
  GetPublicAccessBlockCommand,
  ListTagsForResourceCommand,
  paginateListAccessPoints,
  paginateListJobs,
  PutJobTaggingCommand,
  PutPublicAccessBlockCommand,
  type S3ControlClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateJobPriorityCommand,
} from '@aws-sdk/client-s3-control'
import { CreateRoleCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { beforeAll, describe, expect, it } from 'vitest'
import { sdkError } from '../conformance/objects/object-room.ts'
import { testRegion } from '../support/accounts.ts'
import { controlClient } from '../support/control-client.ts'
import { iamClient } from '../support/identity-clients.ts'
import { s3Client } from '../support/s3-client.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { clientTimeoutMilliseconds } from '../support/sizes.ts'

let server: ServerProcess
let client: S3Client
let control: S3ControlClient
let AccountId: string
beforeAll(async () => {
  server = await startServerProcess()
  client = s3Client(server)
  control = controlClient(server)
  const { url: endpoint, credentials } = server
  const sts = new STSClient({ endpoint, region: testRegion, credentials: { ...credentials } })
  AccountId = (await sts.send(new GetCallerIdentityCommand())).Account ?? ''
  sts.destroy()
  return async () => {
    client.destroy()
    control.destroy()
    await server[Symbol.asyncDispose]()
  }
})

async function bucketNamed(Bucket: string): Promise<string> {
  await client.send(new CreateBucketCommand({ Bucket }))
  return Bucket
}

describe('S3ControlClient', { timeout: clientTimeoutMilliseconds }, () => {
  it('makes access points, which S3Client reads through by their aliases', async () => {
    const Bucket = await bucketNamed('js-points')
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'text' }))
    const names = ['js-one', 'js-two']
    for (const Name of names) await control.send(new CreateAccessPointCommand({ AccountId, Name, Bucket }))
    const found: (string | undefined)[] = []
    for await (const page of paginateListAccessPoints(
      { client: control, pageSize: 1 },
      { AccountId, Bucket },
    ))
      found.push(...(page.AccessPointList ?? []).map(({ Name }) => Name))
    expect(found).toEqual(names)
    const { Alias } = await control.send(new GetAccessPointCommand({ AccountId, Name: 'js-one' }))
    const { Body } = await client.send(new GetObjectCommand({ Bucket: Alias, Key: 'a' }))
    expect(await Body?.transformToString()).toBe('text')
    for (const Name of names) await control.send(new DeleteAccessPointCommand({ AccountId, Name }))
    const gone = control.send(new GetAccessPointCommand({ AccountId, Name: 'js-one' }))
    expect(await sdkError(gone)).toEqual([404, 'NoSuchAccessPoint'])
  })

  it('makes jobs, and changes and tags them', async () => {
    const Bucket = await bucketNamed('js-jobs')
    const iam = iamClient(server)
    const Statement = {
      Effect: 'Allow',
      Principal: { Service: 'batchoperations.s3.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'js-jobs', AssumeRolePolicyDocument }))
    iam.destroy()
    const input = {
      AccountId,
      Operation: { S3ReplicateObject: {} },
      Report: { Enabled: false },
      Priority: 1,
      RoleArn: Role?.Arn,
      ConfirmationRequired: true,
      ManifestGenerator: {
        S3JobManifestGenerator: {
          SourceBucket: `arn:aws:s3:::${Bucket}`,
          EnableManifestOutput: false,
          Filter: { EligibleForReplication: true, ObjectReplicationStatuses: ['NONE' as const] },
        },
      },
    }
    const { JobId } = await control.send(new CreateJobCommand(input))
    const { Job } = await control.send(new DescribeJobCommand({ AccountId, JobId }))
    expect(Job).toMatchObject({ JobId, Priority: 1, ManifestGenerator: input.ManifestGenerator })
    await control.send(new PutJobTaggingCommand({ AccountId, JobId, Tags: [{ Key: 'a', Value: 'b' }] }))
    const { Tags } = await control.send(new GetJobTaggingCommand({ AccountId, JobId }))
    expect(Tags).toEqual([{ Key: 'a', Value: 'b' }])
    const found: (string | undefined)[] = []
    for await (const { Jobs = [] } of paginateListJobs({ client: control }, { AccountId }))
      found.push(...Jobs.map((job) => job.JobId))
    expect(found).toEqual([JobId])
    const none = { AccountId, JobId: 'no-such-job', Priority: 2 }
    expect(await sdkError(control.send(new UpdateJobPriorityCommand(none)))).toEqual([
      400,
      'NotFoundException',
    ])
    const many = control.send(new CreateJobCommand({ ...input, Description: 'x'.repeat(257) }))
    expect(await sdkError(many)).toEqual([400, 'InvalidRequest'])
  })

  it('tags buckets', async () => {
    const ResourceArn = `arn:aws:s3:::${await bucketNamed('js-tagged')}`
    await control.send(new TagResourceCommand({ AccountId, ResourceArn, Tags: [{ Key: 'a', Value: 'ü b' }] }))
    const list = () => control.send(new ListTagsForResourceCommand({ AccountId, ResourceArn }))
    expect((await list()).Tags).toEqual([{ Key: 'a', Value: 'ü b' }])
    await control.send(new UntagResourceCommand({ AccountId, ResourceArn, TagKeys: ['a'] }))
    expect((await list()).Tags).toEqual([])
    const gone = new ListTagsForResourceCommand({ AccountId, ResourceArn: 'arn:aws:s3:::js-no-such' })
    expect(await sdkError(control.send(gone))).toEqual([404, 'NoSuchBucket'])
  })

  it('blocks public access of its account', async () => {
    const PublicAccessBlockConfiguration = { BlockPublicAcls: true, RestrictPublicBuckets: false }
    await control.send(new PutPublicAccessBlockCommand({ AccountId, PublicAccessBlockConfiguration }))
    const get = () => control.send(new GetPublicAccessBlockCommand({ AccountId }))
    expect((await get()).PublicAccessBlockConfiguration).toMatchObject(PublicAccessBlockConfiguration)
    await control.send(new DeletePublicAccessBlockCommand({ AccountId }))
    expect(await sdkError(get())).toEqual([404, 'NoSuchPublicAccessBlockConfiguration'])
  })
})

it('S3Client configures inventories', { timeout: clientTimeoutMilliseconds }, async () => {
  const Bucket = await bucketNamed('js-counted')
  const Id = 'all'
  const configuration = (destination: string) => ({
    Id,
    IsEnabled: true,
    IncludedObjectVersions: 'Current' as const,
    Schedule: { Frequency: 'Daily' as const },
    OptionalFields: ['Size' as const],
    Filter: { Prefix: 'ü/' },
    Destination: {
      S3BucketDestination: {
        Bucket: `arn:aws:s3:::${destination}`,
        Format: 'Parquet' as const,
        Encryption: { SSES3: {} },
      },
    },
  })
  const put = (destination: string) =>
    client.send(
      new PutBucketInventoryConfigurationCommand({
        Bucket,
        Id,
        InventoryConfiguration: configuration(destination),
      }),
    )
  await put(Bucket)
  const get = () => client.send(new GetBucketInventoryConfigurationCommand({ Bucket, Id }))
  expect((await get()).InventoryConfiguration).toEqual(configuration(Bucket))
  const { InventoryConfigurationList } = await client.send(
    new ListBucketInventoryConfigurationsCommand({ Bucket }),
  )
  expect(InventoryConfigurationList?.map((found) => found.Id)).toEqual([Id])
  expect(await sdkError(put('js-no-such'))).toEqual([400, 'InvalidArgument'])
  await client.send(new DeleteBucketInventoryConfigurationCommand({ Bucket, Id }))
  expect(await sdkError(get())).toEqual([404, 'NoSuchConfiguration'])
})
