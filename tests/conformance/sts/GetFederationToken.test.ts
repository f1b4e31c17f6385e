import { DeleteUserPolicyCommand, GetUserCommand, TagUserCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  type GetFederationTokenCommandInput,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts'
import { MovableClock, type TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { type Credentials, mainAccount } from '../../support/accounts.ts'
import {
  iamClient,
  makeRole,
  makeUser,
  putPolicy,
  sessionOf,
  stsClient,
  trustPolicy,
} from '../../support/identity-clients.ts'
import { queryRequest } from '../../support/query-request.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

const clock = new MovableClock(new Date(), { running: true })
const lists = { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }
const federates = { Effect: 'Allow', Action: 'sts:GetFederationToken', Resource: '*' }
const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
const policyOf = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ clock })
  const s3 = s3Client(server)
  await s3.send(new CreateBucketCommand({ Bucket: 'mine' }))
  await s3.send(new PutObjectCommand({ Bucket: 'mine', Key: 'k', Body: 'body' }))
  return () => server[Symbol.asyncDispose]()
})

function ask(by: Credentials, more: Partial<GetFederationTokenCommandInput> = {}) {
  return stsClient(server, by).send(new GetFederationTokenCommand({ Name: 'bob', ...more }))
}

async function federated(by: Credentials, more: Partial<GetFederationTokenCommandInput> = {}) {
  return sessionOf((await ask(by, more)).Credentials)
}

const list = async (credentials: Credentials) =>
  (await s3Client(server, { credentials }).send(new ListBucketsCommand())).Buckets?.length

const read = (credentials: Credentials) =>
  s3Client(server, { credentials }).send(new GetObjectCommand({ Bucket: 'mine', Key: 'k' }))

const refused = { name: 'AccessDenied' }

it('names whom it vouches for', async () => {
  const jane = await makeUser(server, 'naming', federates)
  const answer = await ask(jane, { Policy: policyOf(lists) })
  const Arn = `arn:aws:sts::${mainAccount.id}:federated-user/bob`
  expect(answer.FederatedUser).toEqual({ FederatedUserId: `${mainAccount.id}:bob`, Arn })
  expect(answer.PackedPolicySize).toBe(answer.SessionTokenUtilization)
  const own = sessionOf(answer.Credentials)
  expect(own.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
  expect(await stsClient(server, own).send(new GetCallerIdentityCommand())).toMatchObject({
    Account: mainAccount.id,
    Arn,
    UserId: `${mainAccount.id}:bob`,
  })
})

it('may what both the user and the session policy allow, and follows the user', async () => {
  const user = await makeUser(server, 'narrowing', lists, federates)
  const own = await federated(user, { Policy: policyOf(everything) })
  expect(await list(own)).toBe(1)
  await expect(read(own)).rejects.toMatchObject(refused)
  const narrow = await federated(user, { Policy: policyOf({ ...lists, Action: 's3:GetObject' }) })
  await expect(list(narrow)).rejects.toMatchObject(refused)
  const denied = await federated(user, { Policy: policyOf(everything, { ...lists, Effect: 'Deny' }) })
  await expect(list(denied)).rejects.toMatchObject(refused)

  await putPolicy(iamClient(server), 'narrowing', federates)
  await expect(list(own)).rejects.toMatchObject(refused)
})

it('may nothing without a session policy, unless a resource names the session', async () => {
  const user = await makeUser(server, 'bare', everything)
  const own = await federated(user)
  await expect(list(own)).rejects.toMatchObject(refused)
  await expect(read(own)).rejects.toMatchObject(refused)
  const root = await federated(server.credentials)
  await expect(list(root)).rejects.toMatchObject(refused)

  const Principal = { AWS: `arn:aws:sts::${mainAccount.id}:federated-user/bob` }
  const Statement = { Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: 'arn:aws:s3:::mine/*' }
  const Policy = policyOf(Statement)
  await s3Client(server).send(new PutBucketPolicyCommand({ Bucket: 'mine', Policy }))
  expect((await read(own)).ContentLength).toBe(4)
  const other = await federated(user, { Name: 'eve' })
  await expect(read(other)).rejects.toMatchObject(refused)
})

it('of the root user may what the session policy allows', async () => {
  const own = await federated(server.credentials, { Policy: policyOf(lists) })
  expect(await list(own)).toBe(1)
})

it('takes its permission on the session, and another for tags', async () => {
  const Resource = `arn:aws:sts::${mainAccount.id}:federated-user/bob`
  const user = await makeUser(server, 'permitted', { ...federates, Resource })
  await federated(user)
  await expect(ask(user, { Name: 'eve' })).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('is not authorized to perform: sts:GetFederationToken on resource: '),
  })
  const Tags = [{ Key: 'team', Value: 'red' }]
  await expect(ask(user, { Tags })).rejects.toMatchObject({
    message: expect.stringContaining('sts:TagSession'),
  })
  const isRed = { StringEquals: { 'aws:RequestTag/team': 'red' } }
  const tags = { Effect: 'Allow', Action: 'sts:TagSession', Resource, Condition: isRed }
  await putPolicy(iamClient(server), 'permitted', federates, tags)
  await federated(user, { Tags })
  await expect(ask(user, { Tags: [{ Key: 'team', Value: 'blue' }] })).rejects.toMatchObject(refused)
  await expect(ask(await makeUser(server, 'nobody'))).rejects.toMatchObject(refused)
})

it('has the tags of its user, over which its own go', async () => {
  const user = await makeUser(server, 'tagged', everything)
  const Tags = [
    { Key: 'team', Value: 'blue' },
    { Key: 'site', Value: 'here' },
  ]
  await iamClient(server).send(new TagUserCommand({ UserName: 'tagged', Tags }))
  const both = { 'aws:PrincipalTag/team': 'red', 'aws:PrincipalTag/site': 'here' }
  const Policy = policyOf({ ...lists, Condition: { StringEquals: both } })
  expect(await list(await federated(user, { Policy, Tags: [{ Key: 'Team', Value: 'red' }] }))).toBe(1)
  await expect(list(await federated(user, { Policy }))).rejects.toMatchObject(refused)
})

it('lasts as asked, twelve hours or an hour of a root user', async () => {
  const user = await makeUser(server, 'lasting', federates)
  const lasts = async (by: Credentials, DurationSeconds?: number) => {
    const { Credentials: given } = await ask(by, { DurationSeconds })
    return Math.round(((given?.Expiration?.getTime() ?? 0) - clock.now().getTime()) / 60_000)
  }
  expect(await lasts(user)).toBe(720)
  expect(await lasts(user, 900)).toBe(15)
  expect(await lasts(user, 129_600)).toBe(2160)
  expect(await lasts(server.credentials, 7200)).toBe(60)
})

it('calls neither IAM nor STS, but for GetCallerIdentity', async () => {
  const user = await makeUser(server, 'limited', everything)
  const own = await federated(user, { Policy: policyOf(everything) })
  await expect(iamClient(server, own).send(new GetUserCommand())).rejects.toMatchObject({
    name: 'InvalidClientTokenId',
  })
  await expect(ask(own)).rejects.toMatchObject(refused)
  await expect(stsClient(server, own).send(new GetSessionTokenCommand())).rejects.toMatchObject(refused)
  const RoleArn = await makeRole(server, {
    RoleName: 'open',
    AssumeRolePolicyDocument: trustPolicy(`arn:aws:iam::${mainAccount.id}:root`),
  })
  const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'bob' })
  await expect(stsClient(server, own).send(assume)).rejects.toMatchObject({
    name: 'AccessDenied',
    message: 'Cannot call AssumeRole with session credentials',
  })
  const session = sessionOf((await stsClient(server, user).send(new GetSessionTokenCommand())).Credentials)
  await expect(ask(session)).rejects.toMatchObject({
    name: 'AccessDenied',
    message: 'Cannot call GetFederationToken with session credentials',
  })
})

it.each<[string, Partial<GetFederationTokenCommandInput>]>([
  ['ValidationError', { Name: 'b' }],
  ['ValidationError', { Name: 'b'.repeat(33) }],
  ['ValidationError', { Name: 'with space' }],
  ['ValidationError', { DurationSeconds: 899 }],
  ['ValidationError', { DurationSeconds: 129_601 }],
  ['ValidationError', { Policy: `"${'x'.repeat(2048)}"` }],
  ['MalformedPolicyDocumentException', { Policy: '{}' }],
  [
    'InvalidParameterValue',
    {
      Tags: [
        { Key: 'k', Value: 'v' },
        { Key: 'K', Value: 'v' },
      ],
    },
  ],
])('answers %s to %j', async (name, input) => {
  await expect(ask(server.credentials, input)).rejects.toMatchObject({ name })
})

it('answers in XML of STS', async () => {
  const answer = await queryRequest(server, 'sts', { Action: 'GetFederationToken', Name: 'bob' })
  expect(answer.status).toBe(200)
  expect(answer.text).toContain(
    `<FederatedUser><FederatedUserId>${mainAccount.id}:bob</FederatedUserId><Arn>arn:aws:sts::${mainAccount.id}:federated-user/bob</Arn></FederatedUser>`,
  )
})

it('ends when its time is over, and with the policy that let it be', async () => {
  const user = await makeUser(server, 'ending', lists, federates)
  const own = await federated(user, { Policy: policyOf(lists), DurationSeconds: 900 })
  expect(await list(own)).toBe(1)
  const gone = new DeleteUserPolicyCommand({ UserName: 'ending', PolicyName: 'own' })
  await iamClient(server).send(gone)
  await expect(list(own)).rejects.toMatchObject(refused)
  clock.advance(901_000)
  const answer = await rawRequest(server, { path: '/', credentials: own, date: clock.now() })
  expect([answer.status, answer.errorCode]).toEqual([400, 'ExpiredToken'])
})
