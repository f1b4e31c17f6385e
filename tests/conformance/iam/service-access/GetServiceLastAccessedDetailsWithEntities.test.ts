import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DetachRolePolicyCommand,
  GetServiceLastAccessedDetailsWithEntitiesCommand,
  RemoveUserFromGroupCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../../support/accounts.ts'
import { iamClient, makeRole, makeUser, trustPolicy } from '../../../support/identity-clients.ts'
import { inTimeOf } from '../../../support/in-time-of.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { startTestServer } from '../../../support/server.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makePolicy, policyText } from '../own-policies.suite.ts'
import {
  allow,
  arnOf,
  entitiesOf,
  newJob,
  newReport,
  noJob,
  servicesOf,
  sessionOfRole,
  useS3,
} from '../service-access.suite.ts'

const Action = 'GetServiceLastAccessedDetailsWithEntities'
const AssumeRolePolicyDocument = trustPolicy(mainAccount.id)
const PolicyDocument = policyText(allow('s3:*'))
const room = openIamRoom()

const get = (JobId: string, ServiceNamespace = 's3', Marker?: string, MaxItems?: number) =>
  room.iam.send(
    new GetServiceLastAccessedDetailsWithEntitiesCommand({ JobId, ServiceNamespace, Marker, MaxItems }),
  )

it('lists users and roles of a policy, and who used the service last comes first', async () => {
  await using server = await startTestServer()
  const iam = inTimeOf(server, iamClient(server))
  const PolicyArn = await makePolicy({ iam }, 'wide', { PolicyDocument })
  const GroupName = 'gang'
  await iam.send(new CreateGroupCommand({ GroupName }))
  await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }))
  await makeRole(server, { RoleName: 'active', AssumeRolePolicyDocument })
  await makeRole(server, { RoleName: 'idle', AssumeRolePolicyDocument })
  for (const RoleName of ['idle', 'active']) {
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
  }
  await iam.send(new CreateUserCommand({ UserName: 'zoe' }))
  const anna = await makeUser(server, 'anna', allow('sts:*'))
  const bert = await makeUser(server, 'bert')
  for (const UserName of ['zoe', 'bert', 'anna']) {
    await iam.send(new AddUserToGroupCommand({ GroupName, UserName }))
  }
  // Answers tell whole seconds.
  const start = Math.floor(server.clock.now().getTime() / 1000) * 1000
  for (const credentials of [bert, await sessionOfRole(server, anna, 'active'), anna]) {
    server.clock.advance(60_000)
    await useS3(server, credentials)
  }
  const minuteOf = (at: string | undefined) => at && Math.floor((Date.parse(at) - start) / 60_000)
  const JobId = await newJob(iam, PolicyArn)
  const told = await entitiesOf(iam, JobId, 's3')
  expect(told.map(([name, at]) => [name, minuteOf(at)])).toEqual([
    ['anna', 3],
    ['active', 2],
    ['bert', 1],
    ['zoe', undefined],
    ['idle', undefined],
  ])
  const ofGroup = await entitiesOf(iam, await newJob(iam, arnOf('group/gang')), 's3')
  expect(ofGroup.map(([name]) => name)).toEqual(['anna', 'bert', 'zoe'])
  expect(await entitiesOf(iam, JobId, 'iam')).toEqual([])
})

it('tells of a user or role what it is', async () => {
  const { iam, server } = room
  await iam.send(new CreateUserCommand({ UserName: 'jill', Path: '/team/' }))
  await makeRole(server, { RoleName: 'worker', Path: '/team/', AssumeRolePolicyDocument }, allow('s3:*'))
  const JobId = await newJob(iam, arnOf('role/team/worker'))
  expect(await get(JobId)).toEqual({
    $metadata: expect.anything(),
    JobStatus: 'COMPLETED',
    JobCreationDate: expect.any(Date),
    JobCompletionDate: expect.any(Date),
    EntityDetailsList: [
      {
        EntityInfo: {
          Arn: arnOf('role/team/worker'),
          Name: 'worker',
          Type: 'ROLE',
          Id: expect.stringMatching(/^AROA/),
          Path: '/team/',
        },
      },
    ],
    IsTruncated: false,
  })
  const withoutPolicies = await newJob(iam, arnOf('user/team/jill'))
  expect(await get(withoutPolicies)).toMatchObject({ EntityDetailsList: [] })
})

it('goes on after a user or role is gone, without it, and knows nothing of a new one of its name', async () => {
  const { iam, server } = room
  const PolicyArn = await makePolicy(room, 'short', { PolicyDocument })
  const GroupName = 'short'
  await iam.send(new CreateGroupCommand({ GroupName }))
  await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }))
  const stays = await makeUser(server, 'stays', allow('sts:*'))
  const goes = await makeUser(server, 'goes')
  for (const UserName of ['stays', 'goes']) {
    await iam.send(new AddUserToGroupCommand({ GroupName, UserName }))
  }
  const RoleName = 'goes'
  await makeRole(server, { RoleName, AssumeRolePolicyDocument })
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
  await useS3(server, stays)
  await useS3(server, await sessionOfRole(server, stays, 'goes'))
  await useS3(server, goes)
  const jobId = await newJob(iam, PolicyArn)
  const names = async (id: string) => new Set((await entitiesOf(iam, id, 's3')).map(([name]) => name))
  expect(await names(jobId)).toEqual(new Set(['stays', 'goes']))
  const UserName = 'goes'
  await iam.send(new RemoveUserFromGroupCommand({ GroupName, UserName }))
  await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: goes.accessKeyId }))
  await iam.send(new DeleteUserCommand({ UserName }))
  await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))
  await iam.send(new DeleteRoleCommand({ RoleName }))
  await iam.send(new UpdateUserCommand({ UserName: 'stays', NewUserName: 'renamed' }))
  expect(await names(jobId)).toEqual(new Set(['renamed']))
  expect(await servicesOf(iam, jobId)).toMatchObject([{ TotalAuthenticatedEntities: 3 }])
  await makeUser(server, 'goes')
  await iam.send(new AddUserToGroupCommand({ GroupName, UserName }))
  expect(await newReport(iam, PolicyArn)).toMatchObject([{ TotalAuthenticatedEntities: 1 }])
  const late = await entitiesOf(iam, await newJob(iam, PolicyArn), 's3')
  expect(late.map(([name, at]) => [name, at !== undefined])).toEqual([
    ['renamed', true],
    ['goes', false],
  ])
})

it('gives pages, whose markers are of one report and of this list', async () => {
  const { iam } = room
  const GroupName = 'pages'
  await iam.send(new CreateGroupCommand({ GroupName }))
  await iam.send(
    new AttachGroupPolicyCommand({ GroupName, PolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' }),
  )
  for (const UserName of ['page-a', 'page-b', 'page-c']) {
    await iam.send(new CreateUserCommand({ UserName }))
    await iam.send(new AddUserToGroupCommand({ GroupName, UserName }))
  }
  const jobId = await newJob(iam, arnOf('group/pages'))
  const names: unknown[] = []
  for (let marker: string | undefined, page = 0; page < 2; page++) {
    const answer = await get(jobId, 's3', marker, 2)
    names.push(
      answer.EntityDetailsList?.map(({ EntityInfo }) => EntityInfo?.Name),
      answer.IsTruncated,
    )
    marker = answer.Marker
  }
  expect(names).toEqual([['page-a', 'page-b'], true, ['page-c'], false])
  const { Marker } = await get(jobId, 's3', undefined, 1)
  expect((await get(jobId, 'kms', Marker)).EntityDetailsList).toHaveLength(2)
  const invalid = {
    name: 'InvalidInputException',
    message: 'The marker passed in the request was invalid.',
    $metadata: { httpStatusCode: 400 },
  }
  await expect(get(await newJob(iam, arnOf('group/pages')), 's3', Marker)).rejects.toMatchObject(invalid)
  await expect(get(jobId, 's3', `services:${jobId}:1`)).rejects.toMatchObject(invalid)
  await expect(get(jobId, 's3', 'invalid')).rejects.toMatchObject({ name: 'ValidationError' })
})

it.each(['S3', 'nothing', 'ec2'])('has no service %s', async (namespace) => {
  await makeUser(room.server, `of-${namespace}`, allow('*'))
  await expect(get(await newJob(room.iam, arnOf(`user/of-${namespace}`)), namespace)).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: `Service namespace ${namespace} is either invalid or unsupported.`,
    $metadata: { httpStatusCode: 400 },
  })
})

it.each([
  { ServiceNamespace: 's3' },
  { JobId: 'x'.repeat(36) },
  { JobId: 'x'.repeat(36), ServiceNamespace: 's3:GetObject' },
  { JobId: 'x'.repeat(36), ServiceNamespace: 'x'.repeat(65) },
  { JobId: 'x'.repeat(36), ServiceNamespace: 's3', MaxItems: '0' },
])('refuses %o', async (parameters) => {
  const answer = await queryRequest(room.server, 'iam', { Action, ...parameters })
  expect([answer.status, answer.errorCode]).toEqual([400, 'ValidationError'])
})

it('is for whoever had the report made', async () => {
  const { server, iam } = room
  const stranger = await makeUser(server, 'stranger', allow('iam:*'))
  const jobId = await newJob(iam, arnOf('user/stranger'))
  for (const credentials of [stranger, otherCredentials]) {
    await expect(entitiesOf(iamClient(server, credentials), jobId, 's3')).rejects.toMatchObject(noJob(jobId))
  }
})

describeIamRequest(Action, {
  parameters: { JobId: 'x'.repeat(36), ServiceNamespace: 's3' },
  resource: '*',
})
