import {
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, GetFederationTokenCommand } from '@aws-sdk/client-sts'
import { expect, it } from 'vitest'
import { type Credentials, mainAccount } from '../../support/accounts.ts'
import { iamClient, makeUser, sessionOf, stsClient, trustPolicy } from '../../support/identity-clients.ts'
import { s3Client } from '../../support/s3-client.ts'
import { awsPolicy, role, user } from './attached-policies.suite.ts'
import { openIamRoom } from './iam-room.suite.ts'
import { listBuckets, makePolicy, policyText } from './own-policies.suite.ts'
import { boundedRole, boundedUser } from './permissions-boundaries.suite.ts'

const room = openIamRoom()
const denied = { name: 'AccessDenied' }
const everything = { Effect: 'Allow', Action: '*', Resource: '*' }

const list = (credentials: Credentials) =>
  s3Client(room.server, { credentials }).send(new ListBucketsCommand())
const make = (credentials: Credentials, Bucket: string) =>
  s3Client(room.server, { credentials }).send(new CreateBucketCommand({ Bucket }))

it('a user may what its policies and its boundary both say, from the next request on', async () => {
  const credentials = await makeUser(room.server, 'bounded', everything)
  const arn = await makePolicy(room, 'lists', { PolicyDocument: policyText(listBuckets) })
  await make(credentials, 'before-boundary')
  await boundedUser.put(room.iam, 'bounded', arn)
  await list(credentials)
  await expect(make(credentials, 'not-made')).rejects.toMatchObject(denied)
  const wider = policyText(listBuckets, { ...listBuckets, Action: 's3:CreateBucket' })
  const version = { PolicyArn: arn, PolicyDocument: wider, SetAsDefault: true }
  await room.iam.send(new CreatePolicyVersionCommand(version))
  await make(credentials, 'made-in-wider-boundary')
  const deleting = room.iam.send(new DeletePolicyCommand({ PolicyArn: arn }))
  await expect(deleting).rejects.toMatchObject({
    name: 'DeleteConflictException',
    message: 'Cannot delete a policy attached to entities.',
  })
  await boundedUser.put(room.iam, 'bounded', awsPolicy('IAMReadOnlyAccess'))
  await expect(list(credentials)).rejects.toMatchObject(denied)
  await boundedUser.remove(room.iam, 'bounded')
  await make(credentials, 'after-boundary')
})

it('a boundary gives nothing by itself', async () => {
  const credentials = await makeUser(room.server, 'ungiven')
  await boundedUser.put(room.iam, 'ungiven', awsPolicy('AdministratorAccess'))
  await expect(list(credentials)).rejects.toMatchObject(denied)
  await user.attach(room.iam, 'ungiven', awsPolicy('AmazonS3ReadOnlyAccess'))
  await list(credentials)
})

it('a session is bounded as its role is, and a federated one as its user', async () => {
  await role.make(room, 'wide')
  await role.attach(room.iam, 'wide', awsPolicy('AdministratorAccess'))
  const credentials = await makeUser(room.server, 'wide', everything)
  const sts = stsClient(room.server, credentials)
  const RoleArn = `arn:aws:iam::${mainAccount.id}:role/wide`
  const assumed = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }))
  const Policy = policyText({ ...everything, Action: 's3:*' })
  const federated = await sts.send(new GetFederationTokenCommand({ Name: 'somebody', Policy }))
  const sessions = [assumed, federated].map((given) => sessionOf(given.Credentials))
  for (const session of sessions) await list(session)
  await boundedRole.put(room.iam, 'wide', awsPolicy('IAMFullAccess'))
  await boundedUser.put(room.iam, 'wide', awsPolicy('IAMFullAccess'))
  for (const session of sessions) await expect(list(session)).rejects.toMatchObject(denied)
})

it('are in force from the making on', async () => {
  const PermissionsBoundary = awsPolicy('IAMReadOnlyAccess')
  const made = await room.iam.send(new CreateUserCommand({ UserName: 'made', PermissionsBoundary }))
  const shown = { PermissionsBoundaryArn: PermissionsBoundary }
  expect(made.User?.PermissionsBoundary).toMatchObject(shown)
  expect(await boundedUser.shown(room.iam, 'made')).toMatchObject(shown)
  const AssumeRolePolicyDocument = trustPolicy(mainAccount.id)
  const input = { RoleName: 'made', AssumeRolePolicyDocument, PermissionsBoundary }
  const { Role } = await room.iam.send(new CreateRoleCommand(input))
  expect(Role?.PermissionsBoundary).toMatchObject(shown)
})

/** Source: IAM User Guide, "Permissions boundaries", "Delegating responsibility to others using permissions boundaries". */
it('who may make users within a boundary alone, and is within it, gets no further', async () => {
  const boundary = await makePolicy(room, 'company', {
    PolicyDocument: policyText(
      { ...everything, Action: ['s3:*', 'iam:*'] },
      {
        Effect: 'Deny',
        Action: ['iam:*PolicyVersion', 'iam:DeleteUserPermissionsBoundary'],
        Resource: '*',
      },
    ),
  })
  const within = { StringEquals: { 'iam:PermissionsBoundary': boundary } }
  const Action = [
    'iam:CreateUser',
    'iam:PutUserPolicy',
    'iam:AttachUserPolicy',
    'iam:PutUserPermissionsBoundary',
  ]
  const credentials = await makeUser(room.server, 'delegate', { ...everything, Action, Condition: within })
  await boundedUser.put(room.iam, 'delegate', boundary)
  const iam = iamClient(room.server, credentials)
  const bounded = { UserName: 'employee', PermissionsBoundary: boundary }
  await expect(iam.send(new CreateUserCommand({ UserName: 'employee' }))).rejects.toMatchObject(denied)
  await iam.send(new CreateUserCommand(bounded))
  const own = { PolicyName: 'own', PolicyDocument: policyText(everything) }
  await iam.send(new PutUserPolicyCommand({ UserName: 'employee', ...own }))
  await user.attach(iam, 'employee', awsPolicy('AdministratorAccess'))
  await makeUser(room.server, 'outside')
  const refused = [
    iam.send(new PutUserPolicyCommand({ UserName: 'outside', ...own })),
    user.attach(iam, 'outside', awsPolicy('AdministratorAccess')),
    boundedUser.put(iam, 'employee', awsPolicy('AdministratorAccess')),
    boundedUser.put(iam, 'delegate', awsPolicy('AdministratorAccess')),
    boundedUser.remove(iam, 'delegate'),
    boundedUser.remove(iam, 'employee'),
    iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn: boundary,
        PolicyDocument: policyText(everything),
        SetAsDefault: true,
      }),
    ),
  ]
  for (const outcome of await Promise.allSettled(refused)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: denied })
  }
})

it('nobody takes away or widens their own boundary, unless a policy says so', async () => {
  const all = { ...everything, Action: 's3:*' }
  const credentials = await makeUser(room.server, 'climber', all)
  await boundedUser.put(room.iam, 'climber', awsPolicy('ReadOnlyAccess'))
  const iam = iamClient(room.server, credentials)
  const widen = () => boundedUser.put(iam, 'climber', awsPolicy('AdministratorAccess'))
  await expect(widen()).rejects.toMatchObject(denied)
  await expect(boundedUser.remove(iam, 'climber')).rejects.toMatchObject(denied)
  await user.attach(room.iam, 'climber', awsPolicy('IAMFullAccess'))
  // The boundary does not have these calls either.
  await expect(widen()).rejects.toMatchObject(denied)
  await boundedUser.put(room.iam, 'climber', awsPolicy('IAMFullAccess'))
  await widen()
  await boundedUser.remove(iam, 'climber')
})
