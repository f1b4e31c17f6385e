import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  GetServiceLastAccessedDetailsCommand,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
} from '@aws-sdk/client-iam'
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { ListKeysCommand } from '@aws-sdk/client-kms'
import { GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../../support/accounts.ts'
import {
  credentialsOf,
  iamClient,
  makeRole,
  makeUser,
  sessionOf,
  stsClient,
  trustPolicy,
} from '../../../support/identity-clients.ts'
import { inTimeOf } from '../../../support/in-time-of.ts'
import { kmsClient } from '../../../support/kms-client.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { s3Client } from '../../../support/s3-client.ts'
import { startTestServer } from '../../../support/server.ts'
import { awsPolicy } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makePolicy, policyText } from '../own-policies.suite.ts'
import {
  allow,
  arnOf,
  newJob,
  newReport,
  noJob,
  servicesOf,
  sessionOfRole,
  useS3,
} from '../service-access.suite.ts'

const Action = 'GetServiceLastAccessedDetails'
const AssumeRolePolicyDocument = trustPolicy(mainAccount.id)
const room = openIamRoom()

const names = { iam: 'AWS Identity and Access Management', kms: 'AWS Key Management Service' }
const unused = (ServiceNamespace: string, ServiceName: string) => ({
  ServiceName,
  ServiceNamespace,
  TotalAuthenticatedEntities: 0,
})
const s3Used = (by: string, TotalAuthenticatedEntities = 1) => ({
  ServiceName: 'Amazon S3',
  ServiceNamespace: 's3',
  LastAuthenticated: expect.any(Date),
  LastAuthenticatedEntity: arnOf(by),
  LastAuthenticatedRegion: 'us-east-1',
  TotalAuthenticatedEntities,
})

it('lists what the policies of a user and its groups allow, in order, whatever its boundary says', async () => {
  const { iam, server } = room
  const jill = await makeUser(server, 'jill', allow(['s3:GetObject', 'ec2:RunInstances']))
  const UserName = 'jill'
  const boundary = { UserName, PermissionsBoundary: awsPolicy('IAMReadOnlyAccess') }
  await iam.send(new PutUserPermissionsBoundaryCommand(boundary))
  await iam.send(new CreateGroupCommand({ GroupName: 'gang' }))
  const PolicyDocument = policyText(allow(['kms:*', 'sts:*']), { ...allow('sts:*'), Effect: 'Deny' })
  await iam.send(new PutGroupPolicyCommand({ GroupName: 'gang', PolicyName: 'keys', PolicyDocument }))
  await iam.send(new AddUserToGroupCommand({ GroupName: 'gang', UserName }))
  await useS3(server, jill)
  await stsClient(server, jill).send(new GetCallerIdentityCommand())
  const JobId = await newJob(iam, arnOf('user/jill'))
  const answer = await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId }))
  expect(answer).toEqual({
    $metadata: expect.anything(),
    JobStatus: 'COMPLETED',
    JobType: 'SERVICE_LEVEL',
    JobCreationDate: expect.any(Date),
    JobCompletionDate: expect.any(Date),
    ServicesLastAccessed: [unused('kms', names.kms), s3Used('user/jill')],
    IsTruncated: false,
  })
  await server.settle()
  expect(await newReport(iam, arnOf('user/jill'))).toEqual(answer.ServicesLastAccessed)
})

it('is empty for a user without policies', async () => {
  await makeUser(room.server, 'bare')
  expect(await newReport(room.iam, arnOf('user/bare'))).toEqual([])
})

it('counts what sessions do for their role or user, refused or not', async () => {
  const { iam, server } = room
  const walker = await makeUser(server, 'walker', allow(['sts:*', 's3:*']))
  await makeRole(server, { RoleName: 'worker', Path: '/team/', AssumeRolePolicyDocument }, allow('kms:*'), {
    ...allow('s3:GetObject'),
    Resource: 'arn:aws:s3:::photos/*',
  })
  await useS3(server, await sessionOfRole(server, walker, 'team/worker'))
  expect(await newReport(iam, arnOf('role/team/worker'))).toEqual([
    unused('kms', names.kms),
    s3Used('role/team/worker'),
  ])
  const namespaces = async () =>
    (await newReport(iam, arnOf('user/walker'))).flatMap(({ LastAuthenticated, ServiceNamespace }) =>
      LastAuthenticated ? [ServiceNamespace] : [],
    )
  expect(await namespaces()).toEqual(['sts'])
  const given = await stsClient(server, walker).send(new GetSessionTokenCommand({}))
  await useS3(server, sessionOf(given.Credentials))
  expect(await namespaces()).toEqual(['s3', 'sts'])
})

it('counts KMS and IAM, in the region that was signed for', async () => {
  const { iam, server } = room
  const keeper = await makeUser(server, 'keeper', allow(['kms:*', 'iam:*']))
  await kmsClient(server, keeper).send(new ListKeysCommand())
  const parameters = { Action: 'ListUsers' }
  await queryRequest(server, 'iam', parameters, { credentials: keeper, region: 'eu-west-1' })
  expect(await newReport(iam, arnOf('user/keeper'))).toMatchObject([
    { ServiceNamespace: 'iam', LastAuthenticatedRegion: 'eu-west-1', TotalAuthenticatedEntities: 1 },
    { ServiceNamespace: 'kms', LastAuthenticatedRegion: 'us-east-1', TotalAuthenticatedEntities: 1 },
  ])
})

describe('of groups and policies', () => {
  it('tells who of a group used a service last, and how many did', async () => {
    await using server = await startTestServer()
    const iam = inTimeOf(server, iamClient(server))
    const GroupName = 'readers'
    await iam.send(new CreateGroupCommand({ GroupName }))
    await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: awsPolicy('AmazonS3FullAccess') }))
    expect(await newReport(iam, arnOf('group/readers'))).toEqual([unused('s3', 'Amazon S3')])
    for (const UserName of ['anna', 'bert', 'carl']) {
      const credentials = await makeUser(server, UserName)
      await iam.send(new AddUserToGroupCommand({ GroupName, UserName }))
      if (UserName !== 'carl') await useS3(server, credentials)
      server.clock.advance(1000)
    }
    expect(await newReport(iam, arnOf('group/readers'))).toEqual([s3Used('user/bert', 2)])
  })

  it('tells it of all who have a policy, themselves or by a group, each counted once', async () => {
    const { iam, server } = room
    const PolicyArn = await makePolicy(room, 'wide', { PolicyDocument: policyText(allow(['s3:*', 'iam:*'])) })
    const GroupName = 'wide'
    await iam.send(new CreateGroupCommand({ GroupName }))
    await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }))
    const twice = await makeUser(server, 'twice', allow('sts:*'))
    await iam.send(new AttachUserPolicyCommand({ UserName: 'twice', PolicyArn }))
    await iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'twice' }))
    const bounded = await makeUser(server, 'bounded')
    const boundary = { UserName: 'bounded', PermissionsBoundary: PolicyArn }
    await iam.send(new PutUserPermissionsBoundaryCommand(boundary))
    const RoleName = 'wide'
    await makeRole(server, { RoleName, AssumeRolePolicyDocument })
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
    await useS3(server, twice)
    await useS3(server, await sessionOfRole(server, twice, 'wide'))
    await useS3(server, bounded)
    const [ofIam, ofS3, ...others] = await newReport(iam, PolicyArn)
    expect([ofIam, others]).toEqual([unused('iam', names.iam), []])
    expect(ofS3).toMatchObject({ ServiceNamespace: 's3', TotalAuthenticatedEntities: 2 })
  })
})

it('tells of tracked actions that are allowed, used or not, and of none on objects', async () => {
  const { iam, server } = room
  const acts = ['s3:*Bucket', 's3:PutObject', 'kms:TagResource', 'iam:PassRole', 'sts:AssumeRole*']
  const actor = await makeUser(server, 'actor', allow(acts), {
    ...allow(['sts:AssumeRoleWith*', 's3:Delete*']),
    Effect: 'Deny',
  })
  const s3 = s3Client(server, { credentials: actor })
  await s3.send(new CreateBucketCommand({ Bucket: 'of-actor' }))
  await s3.send(new PutObjectCommand({ Bucket: 'of-actor', Key: 'key' }))
  await s3.send(new ListObjectsV2Command({ Bucket: 'of-actor' }))
  const JobId = await newJob(iam, arnOf('user/actor'), 'ACTION_LEVEL')
  expect(await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId }))).toMatchObject({
    JobType: 'ACTION_LEVEL',
  })
  expect(await servicesOf(iam, JobId)).toEqual([
    unused('iam', names.iam),
    unused('kms', names.kms),
    {
      ...s3Used('user/actor'),
      TrackedActionsLastAccessed: [
        {
          ActionName: 'CreateBucket',
          LastAccessedEntity: arnOf('user/actor'),
          LastAccessedTime: expect.any(Date),
          LastAccessedRegion: 'us-east-1',
        },
      ],
    },
    {
      ...unused('sts', 'AWS Security Token Service'),
      TrackedActionsLastAccessed: [{ ActionName: 'AssumeRole' }],
    },
  ])
  const [, , ofS3] = await newReport(iam, arnOf('user/actor'))
  expect(ofS3).toEqual(s3Used('user/actor'))
})

it('tells nothing that is older than 400 days', async () => {
  await using server = await startTestServer()
  const iam = inTimeOf(server, iamClient(server))
  const user = await makeUser(server, 'user', allow('s3:*'))
  await useS3(server, user)
  await server.settle()
  server.clock.advance(399 * 86_400_000)
  const report = async () => (await newReport(iam, arnOf('user/user')))[0]
  expect(await report()).toMatchObject({ TotalAuthenticatedEntities: 1 })
  server.clock.advance(86_400_000)
  expect(await report()).toEqual(unused('s3', 'Amazon S3'))
})

it('is for whoever had it made', async () => {
  const { iam, server } = room
  const reporting = allow(['iam:GenerateServiceLastAccessedDetails', `iam:${Action}`])
  const owner = await makeUser(server, 'owner', reporting, allow('sts:*'))
  const stranger = await makeUser(server, 'stranger', reporting)
  await makeRole(server, { RoleName: 'reporter', AssumeRolePolicyDocument }, reporting)
  const jobId = await newJob(iamClient(server, owner), arnOf('user/owner'))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'owner' }))
  expect(await servicesOf(iamClient(server, credentialsOf(AccessKey)), jobId)).toHaveLength(2)
  for (const credentials of [stranger, server.credentials, otherCredentials]) {
    await expect(servicesOf(iamClient(server, credentials), jobId)).rejects.toMatchObject(noJob(jobId))
  }
  const [first, second] = [
    iamClient(server, await sessionOfRole(server, owner, 'reporter')),
    iamClient(server, await sessionOfRole(server, owner, 'reporter')),
  ]
  const ofSession = await newJob(first, arnOf('user/owner'))
  expect(await servicesOf(first, ofSession)).toHaveLength(2)
  await expect(servicesOf(second, ofSession)).rejects.toMatchObject(noJob(ofSession))
})

it('gives pages, whose markers are of one report', async () => {
  const { iam, server } = room
  await makeUser(server, 'pager', allow('*'))
  const [JobId, other] = [await newJob(iam, arnOf('user/pager')), await newJob(iam, arnOf('user/pager'))]
  const page = async (Marker?: string, MaxItems = 3) =>
    iam.send(new GetServiceLastAccessedDetailsCommand({ JobId, Marker, MaxItems }))
  const first = await page()
  expect(first.ServicesLastAccessed?.map(({ ServiceNamespace }) => ServiceNamespace)).toEqual([
    'iam',
    'kms',
    's3',
  ])
  expect(first.IsTruncated).toBe(true)
  const second = await page(first.Marker, 1)
  expect(second).toMatchObject({ IsTruncated: false, ServicesLastAccessed: [{ ServiceNamespace: 'sts' }] })
  expect(second.Marker).toBe(undefined)
  const ofOther = { JobId: other, Marker: first.Marker }
  await expect(iam.send(new GetServiceLastAccessedDetailsCommand(ofOther))).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: 'The marker passed in the request was invalid.',
    $metadata: { httpStatusCode: 400 },
  })
  const text = { Action, JobId, Marker: 'invalid' }
  const answer = await queryRequest(server, 'iam', text)
  expect([answer.status, answer.errorCode]).toEqual([400, 'ValidationError'])
})

it.each([{ JobId: 'x'.repeat(35) }, { JobId: 'x'.repeat(36), MaxItems: '1001' }, {}])(
  'refuses %o',
  async (parameters) => {
    const answer = await queryRequest(room.server, 'iam', { Action, ...parameters })
    expect([answer.status, answer.errorCode]).toEqual([400, 'ValidationError'])
  },
)

it('knows no other job', async () => {
  await expect(servicesOf(room.iam, 'x'.repeat(36))).rejects.toMatchObject(noJob('x'.repeat(36)))
})

describeIamRequest(Action, { parameters: { JobId: 'x'.repeat(36) }, resource: '*' })
