import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  ListPoliciesGrantingServiceAccessCommand,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../../support/accounts.ts'
import { iamClient, makeRole, putPolicy, trustPolicy } from '../../../support/identity-clients.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { awsPolicy } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makePolicy, policyText } from '../own-policies.suite.ts'

const arn = (name: string): string => `arn:aws:iam::${mainAccount.id}:${name}`
const allow = (Action: string) => ({ Effect: 'Allow', Action, Resource: '*' })
const inline = (PolicyName: string, EntityType: string, EntityName: string) => ({
  PolicyName,
  PolicyType: 'INLINE',
  EntityType,
  EntityName,
})
const managed = (PolicyArn: string) => ({
  PolicyName: PolicyArn.split('/').at(-1),
  PolicyType: 'MANAGED',
  PolicyArn,
})
const own = arn('policy/team/own')
const s3ReadOnly = awsPolicy('AmazonS3ReadOnlyAccess')

const room = openIamRoom(async (opened) => {
  const { iam, server } = opened
  await makePolicy(opened, 'own', { Path: '/team/', PolicyDocument: policyText(allow('kms:Decrypt')) })
  await iam.send(new CreateUserCommand({ UserName: 'jill', Path: '/team/' }))
  await putPolicy(iam, 'jill', allow('s3:GetObject'))
  const boundary = { UserName: 'jill', PermissionsBoundary: awsPolicy('IAMReadOnlyAccess') }
  await iam.send(new PutUserPermissionsBoundaryCommand(boundary))
  await iam.send(new AttachUserPolicyCommand({ UserName: 'jill', PolicyArn: s3ReadOnly }))
  const GroupName = 'gang'
  await iam.send(new CreateGroupCommand({ GroupName }))
  const PolicyDocument = policyText({ Effect: 'Allow', NotAction: 'kms:*', Resource: '*' })
  await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'most', PolicyDocument }))
  for (const PolicyArn of [s3ReadOnly, own]) {
    await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }))
  }
  await iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'jill' }))
  const AssumeRolePolicyDocument = trustPolicy(mainAccount.id)
  await makeRole(server, { RoleName: 'worker', AssumeRolePolicyDocument }, allow('*'), {
    ...allow('iam:*'),
    Effect: 'Deny',
  })
  const RoleName = 'worker'
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: awsPolicy('IAMFullAccess') }))
})

const list = (Arn: string, ServiceNamespaces: string[], Marker?: string, iam = room.iam) =>
  iam.send(new ListPoliciesGrantingServiceAccessCommand({ Arn, ServiceNamespaces, Marker }))

it('lists those of a user and its groups, each managed one once, and no boundary', async () => {
  const answer = await list(arn('user/team/jill'), ['s3', 'kms', 'IAM', 'ec2'])
  expect(answer).toMatchObject({ IsTruncated: false })
  const most = inline('most', 'GROUP', 'gang')
  expect(answer.PoliciesGrantingServiceAccess).toEqual([
    { ServiceNamespace: 's3', Policies: [inline('own', 'USER', 'jill'), managed(s3ReadOnly), most] },
    { ServiceNamespace: 'kms', Policies: [managed(own)] },
    { ServiceNamespace: 'IAM', Policies: [most] },
    { ServiceNamespace: 'ec2', Policies: [most] },
  ])
})

it('lists those of a group, which are not those of its users', async () => {
  const { PoliciesGrantingServiceAccess } = await list(arn('group/gang'), ['s3', 'kms'])
  expect(PoliciesGrantingServiceAccess).toEqual([
    { ServiceNamespace: 's3', Policies: [inline('most', 'GROUP', 'gang'), managed(s3ReadOnly)] },
    { ServiceNamespace: 'kms', Policies: [managed(own)] },
  ])
})

it('lists those of a role, and none for a service that is denied altogether', async () => {
  const { PoliciesGrantingServiceAccess } = await list(arn('role/worker'), ['s3', 'iam', 'kms'])
  const only = [inline('own', 'ROLE', 'worker')]
  expect(PoliciesGrantingServiceAccess).toEqual([
    { ServiceNamespace: 's3', Policies: only },
    { ServiceNamespace: 'iam', Policies: [] },
    { ServiceNamespace: 'kms', Policies: only },
  ])
})

it('answers in pages of a hundred services', async () => {
  const services = Array.from({ length: 200 }, (_, index) => `service-${index}`)
  const names = async (Marker?: string) => {
    const answer = await list(arn('role/worker'), services, Marker)
    const found = answer.PoliciesGrantingServiceAccess?.map(({ ServiceNamespace }) => ServiceNamespace)
    return { found, IsTruncated: answer.IsTruncated, Marker: answer.Marker }
  }
  const first = await names()
  expect([first.found, first.IsTruncated]).toEqual([services.slice(0, 100), true])
  expect(await names(first.Marker)).toEqual({ found: services.slice(100), IsTruncated: false })
  await expect(names('x')).rejects.toMatchObject({ name: 'ValidationError' })
})

it.each([[[]], [['a b']], [['']], [['x'.repeat(65)]], [Array.from({ length: 201 }, () => 's3')]])(
  'refuses the services %o',
  async (services) => {
    await expect(list(arn('role/worker'), services)).rejects.toMatchObject({
      name: 'ValidationError',
      $metadata: { httpStatusCode: 400 },
    })
  },
)

it.each(['user/jill', 'user/team/nobody', 'group/team/gang', 'role/jill'])('knows no %s', async (name) => {
  await expect(list(arn(name), ['s3'])).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    $metadata: { httpStatusCode: 404 },
  })
})

it('knows nobody of another account', async () => {
  const asking = list(arn('role/worker'), ['s3'], undefined, iamClient(room.server, otherCredentials))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

it('takes no ARN of something else', async () => {
  await expect(list(arn('policy/team/own'), ['s3'])).rejects.toMatchObject({
    name: 'InvalidInputException',
    $metadata: { httpStatusCode: 400 },
  })
  await expect(list('short', ['s3'])).rejects.toMatchObject({ name: 'ValidationError' })
})

it('answers in XML of IAM', async () => {
  const { status, text } = await queryRequest(room.server, 'iam', {
    Action: 'ListPoliciesGrantingServiceAccess',
    Arn: arn('role/worker'),
    'ServiceNamespaces.member.1': 's3',
  })
  expect(status).toBe(200)
  expect(text).toContain(
    '<PoliciesGrantingServiceAccess><member><ServiceNamespace>s3</ServiceNamespace><Policies><member>',
  )
})

describeIamRequest('ListPoliciesGrantingServiceAccess', {
  parameters: { Arn: arn('role/team/worker'), 'ServiceNamespaces.member.1': 's3' },
  resource: 'role/team/worker',
})
