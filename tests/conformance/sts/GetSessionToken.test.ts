import {
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetUserCommand,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam'
import { CreateBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3'
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
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
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ clock })
  await s3Client(server).send(new CreateBucketCommand({ Bucket: 'mine' }))
  return () => server[Symbol.asyncDispose]()
})

async function ask(by: Credentials, DurationSeconds?: number) {
  const command = new GetSessionTokenCommand({ DurationSeconds })
  return (await stsClient(server, by).send(command)).Credentials
}

const session = async (by: Credentials) => sessionOf(await ask(by))

const list = async (credentials: Credentials) =>
  (await s3Client(server, { credentials }).send(new ListBucketsCommand())).Buckets?.length

async function secondsOf(by: Credentials, DurationSeconds?: number): Promise<number> {
  const expiration = (await ask(by, DurationSeconds))?.Expiration?.getTime() ?? 0
  return (expiration - clock.now().getTime()) / 1000
}

it('is the user itself, with what it may now, whatever policies say of asking', async () => {
  const deny = { Effect: 'Deny', Action: 'sts:*', Resource: '*' }
  const jane = await makeUser(server, 'jane', lists, deny)
  const own = await session(jane)
  expect(own.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
  expect(await stsClient(server, own).send(new GetCallerIdentityCommand())).toMatchObject({
    Arn: `arn:aws:iam::${mainAccount.id}:user/jane`,
    UserId: expect.stringMatching(/^AIDA/),
  })
  expect(await list(own)).toBe(1)
  await putPolicy(iamClient(server), 'jane', { ...lists, Effect: 'Deny' })
  await expect(list(own)).rejects.toMatchObject({ name: 'AccessDenied' })
})

it('is told from its user by the conditions of policies', async () => {
  const ByToken = { Null: { 'aws:TokenIssueTime': 'false' }, Bool: { 'aws:MultiFactorAuthPresent': 'false' } }
  const user = await makeUser(server, 'conditional', { ...lists, Condition: ByToken })
  await expect(list(user)).rejects.toMatchObject({ name: 'AccessDenied' })
  expect(await list(await session(user))).toBe(1)
})

it('is the root user itself', async () => {
  const own = await session(server.credentials)
  expect(await list(own)).toBe(1)
  expect(await stsClient(server, own).send(new GetCallerIdentityCommand())).toMatchObject({
    Arn: `arn:aws:iam::${mainAccount.id}:root`,
  })
})

it('lasts as asked, twelve hours or an hour of a root user', async () => {
  const user = await makeUser(server, 'lasting')
  const { credentials: root } = server
  const about = async (seconds: Promise<number>, expected: number) =>
    expect(Math.abs((await seconds) - expected)).toBeLessThan(30)
  await about(secondsOf(user), 43_200)
  await about(secondsOf(user, 129_600), 129_600)
  await about(secondsOf(root), 3600)
  await about(secondsOf(root, 7200), 3600)
  await about(secondsOf(root, 900), 900)
  for (const seconds of [899, 129_601]) {
    await expect(secondsOf(user, seconds)).rejects.toMatchObject({ name: 'ValidationError' })
  }
})

it('calls neither IAM nor STS, but for two of its operations', async () => {
  const user = await makeUser(server, 'limited', { Effect: 'Allow', Action: '*', Resource: '*' })
  const RoleArn = await makeRole(server, {
    RoleName: 'trusting',
    AssumeRolePolicyDocument: trustPolicy(mainAccount.id),
  })
  for (const credentials of [await session(user), await session(server.credentials)]) {
    await expect(iamClient(server, credentials).send(new GetUserCommand())).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
      $metadata: { httpStatusCode: 403 },
    })
    await expect(session(credentials)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Cannot call GetSessionToken with session credentials',
    })
    const info = new GetAccessKeyInfoCommand({ AccessKeyId: user.accessKeyId })
    await expect(stsClient(server, credentials).send(info)).rejects.toMatchObject({ name: 'AccessDenied' })
  }
  const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'chained' })
  const { Credentials: given } = await stsClient(server, await session(user)).send(assume)
  await expect(session(sessionOf(given))).rejects.toMatchObject({ name: 'AccessDenied' })
})

it('ends with its user', async () => {
  const UserName = 'leaving'
  const own = await session(await makeUser(server, UserName, lists))
  expect(await list(own)).toBe(1)
  const iam = iamClient(server)
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }))
  for (const { AccessKeyId } of AccessKeyMetadata) {
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
  }
  expect(await list(own)).toBe(1)
  await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'own' }))
  await iam.send(new DeleteUserCommand({ UserName }))
  await makeUser(server, UserName, lists)
  const answer = await rawRequest(server, { path: '/', credentials: own })
  expect([answer.status, answer.errorCode]).toEqual([400, 'InvalidToken'])
})

it('answers in XML of STS', async () => {
  const answer = await queryRequest(server, 'sts', { Action: 'GetSessionToken' })
  expect(answer.status).toBe(200)
  expect(answer.text).toMatch(
    /^<GetSessionTokenResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/"><GetSessionTokenResult><Credentials><AccessKeyId>ASIA/,
  )
})
