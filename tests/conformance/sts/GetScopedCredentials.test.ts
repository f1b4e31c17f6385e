import { randomBytes } from 'node:crypto'
import { DeleteRoleCommand, DeleteRolePolicyCommand, ListUsersCommand } from '@aws-sdk/client-iam'
import { CreateKeyCommand, EncryptCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { CreateAccessPointCommand } from '@aws-sdk/client-s3-control'
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetScopedCredentialsCommand,
  type GetScopedCredentialsCommandInput,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts'
import { MovableClock, type TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Credentials, mainAccount, testRegion } from '../../support/accounts.ts'
import { controlClient } from '../../support/control-client.ts'
import {
  iamClient,
  makeRole,
  makeUser,
  putPolicy,
  sessionOf,
  stsClient,
  trustPolicy,
} from '../../support/identity-clients.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { askSession, createDirectoryBucket } from '../directory-buckets/directory-room.ts'
import { queryRequest } from '../../support/query-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

const ACCOUNT = mainAccount.id
const clock = new MovableClock(new Date(), { running: true })
let server: TestServer
let user: Credentials
let made = 0

const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
const mayScope = { Effect: 'Allow', Action: 'sts:GetScopedCredentials', Resource: '*' }
const reads = (bucket: string, Effect = 'Allow') => ({
  Effect,
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${bucket}/*`,
})
const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const denied = { name: 'AccessDenied' }

beforeAll(async () => {
  server = await startTestServer({ clock })
  user = await makeUser(server, 'jane', everything)
  for (const Bucket of ['mine', 'yours']) {
    await s3Client(server).send(new CreateBucketCommand({ Bucket }))
    await s3Client(server).send(new PutObjectCommand({ Bucket, Key: 'k', Body: Bucket }))
  }
  return () => server[Symbol.asyncDispose]()
})

/** A session of a new role, which may what the statements say. */
async function session(...statements: object[]): Promise<Credentials & { readonly role: string }> {
  const role = `role-${made++}`
  const RoleArn = await makeRole(
    server,
    { RoleName: role, AssumeRolePolicyDocument: trustPolicy(ACCOUNT) },
    ...statements,
  )
  const assuming = { RoleArn, RoleSessionName: 'agent' }
  const { Credentials: given } = await stsClient(server, user).send(new AssumeRoleCommand(assuming))
  return { ...sessionOf(given), role }
}

const ask = (by: Credentials, input: GetScopedCredentialsCommandInput) =>
  stsClient(server, by).send(new GetScopedCredentialsCommand(input))

const scoped = async (by: Credentials, ...statements: object[]) =>
  sessionOf((await ask(by, { Policy: policyOf(...statements) })).Credentials)

const read = async (credentials: Credentials, Bucket = 'mine') => {
  const { Body } = await s3Client(server, { credentials }).send(new GetObjectCommand({ Bucket, Key: 'k' }))
  return await Body?.transformToString()
}

const write = (credentials: Credentials) =>
  s3Client(server, { credentials }).send(new PutObjectCommand({ Bucket: 'mine', Key: 'w', Body: '' }))

describe('scoped credentials', () => {
  it('are of the same session, and may what it may and their policy says', async () => {
    const whole = await session(everything)
    const {
      Credentials: given,
      SessionInfo,
      ScopedPoliciesCount,
      SourceIdentity,
    } = await ask(whole, {
      Policy: policyOf(reads('mine')),
    })
    const narrow = sessionOf(given)
    const Arn = `arn:aws:sts::${ACCOUNT}:assumed-role/${whole.role}/agent`
    expect([SessionInfo?.Arn, ScopedPoliciesCount, SourceIdentity]).toEqual([Arn, 1, undefined])
    const identity = await stsClient(server, narrow).send(new GetCallerIdentityCommand())
    expect(identity).toMatchObject({ Arn, UserId: SessionInfo?.ScopedSessionId })
    expect(await read(narrow)).toBe('mine')
    await expect(read(narrow, 'yours')).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining('because no session policy allows the s3:GetObject action'),
    })
    await expect(write(narrow)).rejects.toMatchObject(denied)
    await expect(iamClient(server, narrow).send(new ListUsersCommand())).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining('because no session policy allows the iam:ListUsers action'),
    })
    await write(whole)
  })

  it('never may more than the session: its policies count, from the next request on', async () => {
    const whole = await session(mayScope, reads('mine'))
    const narrow = await scoped(whole, everything)
    expect(await read(narrow)).toBe('mine')
    await expect(write(narrow)).rejects.toMatchObject(denied)
    const iam = iamClient(server)
    await iam.send(new DeleteRolePolicyCommand({ RoleName: whole.role, PolicyName: 'own' }))
    await expect(read(narrow)).rejects.toMatchObject(denied)
    await iam.send(new DeleteRoleCommand({ RoleName: whole.role }))
    await expect(read(narrow)).rejects.toMatchObject({ name: 'InvalidToken' })
  })

  it('are held to it by what policies of buckets and keys give the session itself, too', async () => {
    const whole = await session(mayScope)
    const AWS = `arn:aws:sts::${ACCOUNT}:assumed-role/${whole.role}/agent`
    const Bucket = 'given'
    await s3Client(server).send(new CreateBucketCommand({ Bucket }))
    await s3Client(server).send(new PutObjectCommand({ Bucket, Key: 'k', Body: Bucket }))
    const Policy = policyOf({ ...reads(Bucket), Principal: { AWS } })
    await s3Client(server).send(new PutBucketPolicyCommand({ Bucket, Policy }))
    const kms = kmsClient(server)
    const { KeyMetadata } = await kms.send(new CreateKeyCommand())
    const KeyId = KeyMetadata?.Arn
    const ofKey = { Effect: 'Allow', Action: 'kms:*', Resource: '*' }
    const root = `arn:aws:iam::${ACCOUNT}:root`
    await kms.send(
      new PutKeyPolicyCommand({
        KeyId,
        Policy: policyOf({ ...ofKey, Principal: { AWS: root } }, { ...ofKey, Principal: { AWS } }),
      }),
    )
    const encrypt = (credentials: Credentials) =>
      kmsClient(server, credentials).send(new EncryptCommand({ KeyId, Plaintext: Buffer.of(1) }))
    expect(await read(whole, Bucket)).toBe(Bucket)
    await encrypt(whole)
    const narrow = await scoped(whole, reads('mine'))
    await expect(read(narrow, Bucket)).rejects.toMatchObject(denied)
    await expect(encrypt(narrow)).rejects.toMatchObject({ name: 'AccessDeniedException' })
    const wide = await scoped(whole, reads(Bucket), { Effect: 'Allow', Action: 'kms:Encrypt', Resource: '*' })
    expect(await read(wide, Bucket)).toBe(Bucket)
    await encrypt(wide)
  })

  it('are held to it in uploads that the session began, too', async () => {
    const whole = await session(everything)
    const upload = { Bucket: 'mine', Key: 'parts' }
    const { UploadId } = await s3Client(server, { credentials: whole }).send(
      new CreateMultipartUploadCommand(upload),
    )
    const list = (credentials: Credentials) =>
      s3Client(server, { credentials }).send(new ListPartsCommand({ ...upload, UploadId }))
    const abort = (credentials: Credentials) =>
      s3Client(server, { credentials }).send(new AbortMultipartUploadCommand({ ...upload, UploadId }))
    const narrow = await scoped(whole, reads('mine'))
    await expect(list(narrow)).rejects.toMatchObject(denied)
    await expect(abort(narrow)).rejects.toMatchObject(denied)
    await list(whole)
    await abort(whole)
  })

  it('are held to it through access points, by the ARN of either', async () => {
    const whole = await session(everything)
    const Name = 'point'
    const made = { AccountId: ACCOUNT, Name, Bucket: 'mine' }
    const { Alias } = await controlClient(server).send(new CreateAccessPointCommand(made))
    const point = `arn:aws:s3:${testRegion}:${ACCOUNT}:accesspoint/${Name}`
    const readsPoint = { Effect: 'Allow', Action: 's3:GetObject', Resource: `${point}/object/*` }
    expect(await read(await scoped(whole, readsPoint, reads('mine')), Alias)).toBe('mine')
    for (const statement of [readsPoint, reads('mine')]) {
      await expect(read(await scoped(whole, statement), Alias)).rejects.toMatchObject(denied)
    }
  })

  it('are denied what their policy denies', async () => {
    const narrow = await scoped(await session(everything), everything, reads('yours', 'Deny'))
    expect(await read(narrow)).toBe('mine')
    await expect(read(narrow, 'yours')).rejects.toMatchObject({
      message: expect.stringContaining('with an explicit deny in a session policy'),
    })
  })

  it('look at conditions and variables, those of the session among them', async () => {
    const whole = await session(everything)
    const at = (userid: string) => ({ ...reads('mine'), Condition: { StringLike: { 'aws:userid': userid } } })
    expect(await read(await scoped(whole, at('AROA*:agent')))).toBe('mine')
    await expect(read(await scoped(whole, at('AROA*:other')))).rejects.toMatchObject(denied)
  })

  it('become another role by a permission of their policy alone', async () => {
    const RoleArn = await makeRole(server, {
      RoleName: 'next',
      AssumeRolePolicyDocument: trustPolicy(ACCOUNT),
    })
    const whole = await session(everything)
    const assume = (by: Credentials) =>
      stsClient(server, by).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }))
    await expect(assume(await scoped(whole, reads('mine')))).rejects.toMatchObject(denied)
    await assume(await scoped(whole, { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: RoleArn }))
  })
})

describe('credentials that are scoped again', () => {
  it('may what all policies say, three at the most', async () => {
    const first = await scoped(await session(everything), mayScope, reads('*'))
    const second = await scoped(first, mayScope, reads('mine'), reads('yours'))
    const { Credentials: given, ScopedPoliciesCount } = await ask(second, {
      Policy: policyOf(everything, reads('yours', 'Deny')),
    })
    const third = sessionOf(given)
    expect(ScopedPoliciesCount).toBe(3)
    expect(await read(second, 'yours')).toBe('yours')
    expect(await read(third)).toBe('mine')
    await expect(read(third, 'yours')).rejects.toMatchObject(denied)
    await expect(write(third)).rejects.toMatchObject(denied)
    await expect(ask(third, { Policy: policyOf(everything) })).rejects.toMatchObject(denied)
    const shorter = await ask(third, { DurationSeconds: 60 })
    expect(shorter.ScopedPoliciesCount).toBe(3)
    await expect(write(sessionOf(shorter.Credentials))).rejects.toMatchObject(denied)
  })

  it('take a permission for that, in the policy before as well', async () => {
    const narrow = await scoped(await session(everything), reads('mine'))
    const asking = ask(narrow, { DurationSeconds: 60 })
    await expect(asking).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining('sts:GetScopedCredentials'),
    })
    await expect(ask(await session(reads('mine')), { DurationSeconds: 60 })).rejects.toMatchObject(denied)
  })
})

describe('how long', () => {
  it('is as long as the session, or shorter', async () => {
    const whole = await session(everything)
    const ends = async (input: GetScopedCredentialsCommandInput) =>
      (await ask(whole, input)).Credentials?.Expiration?.getTime() ?? 0
    const left = (await ends({ Policy: policyOf(everything) })) - clock.now().getTime()
    expect(Math.abs(left / 1000 - 3600)).toBeLessThan(60)
    const shorter = (await ends({ DurationSeconds: 100 })) - clock.now().getTime()
    expect(Math.abs(shorter / 1000 - 100)).toBeLessThan(60)
    await expect(ask(whole, { DurationSeconds: 3601 })).rejects.toMatchObject({
      name: 'InsufficientSessionLifetimeException',
    })
    const short = sessionOf((await ask(whole, { DurationSeconds: 120 })).Credentials)
    expect(await read(short)).toBe('mine')
    clock.advance(121_000)
    await expect(read(short)).rejects.toMatchObject({ name: 'ExpiredToken' })
    expect(await read(whole)).toBe('mine')
  })

  it('is counted from when the session began, also for what looks at its age', async () => {
    const aws = 'aws:TokenIssueTime'
    const whole = await session(everything)
    clock.advance(120_000)
    const time = new Date(clock.now().getTime() - 30_000).toISOString()
    const ofOld = { ...reads('mine'), Condition: { DateLessThan: { [aws]: time } } }
    expect(await read(await scoped(whole, ofOld))).toBe('mine')
    const ofNew = { ...reads('mine'), Condition: { DateGreaterThan: { [aws]: time } } }
    await expect(read(await scoped(whole, ofNew))).rejects.toMatchObject(denied)
  })
})

describe('who may ask', () => {
  it('is a session of a user, or of whom one federates', async () => {
    const own = await stsClient(server, user).send(new GetSessionTokenCommand({}))
    const narrow = await scoped(sessionOf(own.Credentials), reads('mine'))
    expect(await read(narrow)).toBe('mine')
    await expect(write(narrow)).rejects.toMatchObject(denied)
    await putPolicy(iamClient(server), 'jane', everything, reads('mine', 'Deny'))
    await expect(read(narrow)).rejects.toMatchObject(denied)
    await putPolicy(iamClient(server), 'jane', everything)
    const federating = { Name: 'joe', Policy: policyOf(mayScope, reads('mine'), reads('yours')) }
    const joe = await stsClient(server, user).send(new GetFederationTokenCommand(federating))
    const ofJoe = await scoped(sessionOf(joe.Credentials), reads('mine'))
    expect(await read(ofJoe)).toBe('mine')
    await expect(read(ofJoe, 'yours')).rejects.toMatchObject(denied)
  })

  it('is nobody with long-term credentials, and no root user', async () => {
    const ofRoot = await stsClient(server).send(new GetSessionTokenCommand({}))
    for (const by of [user, server.credentials, sessionOf(ofRoot.Credentials)]) {
      await expect(ask(by, { DurationSeconds: 900 })).rejects.toMatchObject(denied)
    }
  })
})

it('refuses what is no scope', async () => {
  const credentials = await session(everything)
  const refusal = async (parameters: Readonly<Record<string, string>>) => {
    const asked = { Action: 'GetScopedCredentials', ...parameters }
    const { status, errorCode } = await queryRequest(server, 'sts', asked, { credentials })
    return [status, errorCode]
  }
  expect(await refusal({})).toEqual([400, 'ValidationError'])
  expect(await refusal({ DurationSeconds: '0' })).toEqual([400, 'ValidationError'])
  expect(await refusal({ DurationSeconds: '129601' })).toEqual([400, 'ValidationError'])
  const described = { DurationSeconds: '60', ScopedSessionDescription: 'x'.repeat(257) }
  expect(await refusal(described)).toEqual([400, 'ValidationError'])
  const long = policyOf({ ...reads('mine'), Sid: 'x'.repeat(2048) })
  expect(await refusal({ Policy: long })).toEqual([400, 'ValidationError'])
  expect(await refusal({ Policy: '{}' })).toEqual([400, 'MalformedPolicyDocument'])
  expect(await refusal({ DurationSeconds: '1', MinimumSessionTokenSize: '4097' })).toEqual([
    400,
    'ValidationError',
  ])
  const large = () => {
    const Sid = randomBytes(1000).toString('base64url').replaceAll(/[-_]/g, '0')
    return { Policy: policyOf({ ...everything, Sid }) }
  }
  const second = sessionOf((await ask(credentials, large())).Credentials)
  const third = sessionOf((await ask(second, large())).Credentials)
  await expect(ask(third, large())).rejects.toMatchObject({ name: 'PackedPolicyTooLargeException' })
  expect(await read(third)).toBe('mine')
})

it('sessions of directory buckets are within the scopes', async () => {
  const bucket = await createDirectoryBucket(server, 'scoped')
  const of = await session(everything)
  const statusOf = async (credentials: Credentials, mode: string) =>
    (await askSession(server, bucket, { credentials, headers: { 'x-amz-create-session-mode': mode } })).status
  const Condition = { StringEquals: { 's3express:SessionMode': 'ReadOnly' } }
  const reader = await scoped(of, { ...everything, Action: 's3express:CreateSession', Condition })
  expect([await statusOf(reader, 'ReadOnly'), await statusOf(reader, 'ReadWrite')]).toEqual([200, 403])
  const stranger = await scoped(of, reads('mine'))
  expect([await statusOf(of, 'ReadWrite'), await statusOf(stranger, 'ReadOnly')]).toEqual([200, 403])
})
