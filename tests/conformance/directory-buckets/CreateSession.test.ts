import { hash } from 'node:crypto'
import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { CreateSessionCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { CreateAccessPointCommand } from '@aws-sdk/client-s3-control'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { MovableClock, type TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import {
  iamClient,
  makeRole,
  makeUser,
  putPolicy,
  sessionOf,
  stsClient,
  trustPolicy,
} from '../../support/identity-clients.ts'
import { createBucket } from '../../support/buckets.ts'
import { controlClient } from '../../support/control-client.ts'
import { rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import {
  askSession,
  createDirectoryBucket,
  createSession,
  type DirectorySession,
  directoryName,
  expressRequest,
  sdkWithBucket,
  sessionRequest,
} from './directory-room.ts'

const clock = new MovableClock(new Date(), { running: true })
let server: TestServer
let bucket: string
let other: string
beforeAll(async () => {
  server = await startTestServer({ clock })
  bucket = await createDirectoryBucket(server, 'sessions')
  other = await createDirectoryBucket(server, 'another')
  return () => server[Symbol.asyncDispose]()
})

const arnOf = (name: string): string => `arn:aws:s3express:us-east-1:${mainAccount.id}:bucket/${name}`
const allow = (Action: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
})
const inMode = (mode: string) => ({ Condition: { StringEquals: { 's3express:SessionMode': mode } } })
const put = (session: DirectorySession, key = 'key', name = bucket) =>
  sessionRequest(server, session, { method: 'PUT', path: `/${name}/${key}`, body: 'x', date: clock.now() })
const get = (session: DirectorySession, key = 'key', name = bucket) =>
  sessionRequest(server, session, { path: `/${name}/${key}`, date: clock.now() })

describe('a session', () => {
  it('is good for five minutes, and then ended', async () => {
    const session = await createSession(server, bucket, undefined, { date: clock.now() })
    const seconds = (Date.parse(session.expiration) - clock.now().getTime()) / 1000
    expect(seconds).toBeGreaterThan(295)
    expect(seconds).toBeLessThanOrEqual(300)
    expectSuccess(await put(session))
    clock.advance(301_000)
    expectError(await get(session), 400, 'ExpiredToken')
    clock.advance(-301_000)
    expect((await get(session)).text).toBe('x')
  })

  it('reads and writes unless it is asked for otherwise', async () => {
    const session = await createSession(server, bucket)
    expectSuccess(await put(session))
    expectSuccess(await get(session))
  })

  it('may no more than read when it is ReadOnly', async () => {
    expectSuccess(await put(await createSession(server, bucket, 'ReadWrite')))
    const reader = await createSession(server, bucket, 'ReadOnly')
    expectSuccess(await get(reader))
    const reads = [
      { method: 'HEAD', path: `/${bucket}/key` },
      { path: `/${bucket}`, query: 'list-type=2' },
      { path: `/${bucket}`, query: 'uploads' },
      { path: `/${bucket}/key`, query: 'attributes', headers: { 'x-amz-object-attributes': 'ETag' } },
      { method: 'HEAD', path: `/${bucket}` },
    ]
    for (const request of reads) expectSuccess(await sessionRequest(server, reader, request))
    const writes = [
      { method: 'PUT', path: `/${bucket}/key`, body: 'y' },
      { method: 'PUT', path: `/${bucket}/key`, body: 'y', headers: { 'x-amz-write-offset-bytes': '1' } },
      { method: 'DELETE', path: `/${bucket}/key` },
      { method: 'POST', path: `/${bucket}/key`, query: 'uploads' },
      {
        method: 'PUT',
        path: `/${bucket}/new`,
        query: 'renameObject',
        headers: { 'x-amz-rename-source': 'key' },
      },
      { method: 'DELETE', path: `/${bucket}` },
      { method: 'DELETE', path: `/${bucket}`, query: 'policy' },
    ]
    for (const request of writes)
      expectError(await sessionRequest(server, reader, request), 403, 'AccessDenied')
    const body = '<Delete><Object><Key>key</Key></Object></Delete>'
    const headers = { 'content-md5': hash('md5', body, 'base64') }
    const deletion = { method: 'POST', path: `/${bucket}`, query: 'delete', body, headers }
    const deleted = await sessionRequest(server, reader, deletion)
    expect(xmlTexts(deleted.text, 'Code')).toEqual(['AccessDenied'])
    expect((await get(reader)).text).toBe('x')
  })

  it('is for one bucket', async () => {
    const session = await createSession(server, bucket)
    expectError(await put(session, 'key', other), 403, 'AccessDenied')
    expectError(
      await sessionRequest(server, session, { path: `/${other}`, query: 'list-type=2' }),
      403,
      'AccessDenied',
    )
  })

  it('gives in another bucket of the name what policies give', async () => {
    const name = await createDirectoryBucket(server, 'again')
    const session = await createSession(server, name)
    expectSuccess(await expressRequest(server, { method: 'DELETE', path: `/${name}` }), 204)
    await createDirectoryBucket(server, 'again')
    expectSuccess(await put(session, 'key', name))
    expectSuccess(await sessionRequest(server, session, { method: 'DELETE', path: `/${name}/key` }), 204)
    expectSuccess(await expressRequest(server, { method: 'DELETE', path: `/${name}` }), 204)
    await createDirectoryBucket(server, 'again', otherCredentials)
    expectError(await put(session, 'key', name), 403, 'AccessDenied')
  })

  it('reaches no other bucket through an access point, however that is called', async () => {
    const general = 'behind-access-point'
    await createBucket(server, general)
    await rawRequest(server, { method: 'PUT', path: `/${general}/key`, body: 'kept' })
    const Name = directoryName('point')
    const AccountId = mainAccount.id
    for (const name of ['general--x-s3', Name])
      await controlClient(server).send(
        new CreateAccessPointCommand({ AccountId, Name: name, Bucket: general }),
      )
    const ghost = await createSession(server, directoryName('ghost'), 'ReadOnly')
    for (const session of [await createSession(server, bucket, 'ReadOnly'), ghost])
      for (const name of ['general--x-s3', Name])
        for (const method of ['GET', 'PUT', 'DELETE']) {
          const path = `/${encodeURIComponent(`arn:aws:s3:us-east-1:${AccountId}:accesspoint/${name}`)}/key`
          for (const service of ['s3', 's3express']) {
            const asked = { method, path, service, ...(method === 'PUT' && { body: 'evil' }) }
            expect((await sessionRequest(server, session, asked)).status).toBeGreaterThanOrEqual(400)
            const credentials = { ...session.credentials, sessionToken: session.token }
            expect((await rawRequest(server, { ...asked, credentials })).status).toBeGreaterThanOrEqual(400)
          }
        }
    expect((await rawRequest(server, { path: `/${general}/key` })).text).toBe('kept')
  })

  it('is none of what no directory bucket can be called', async () => {
    for (const name of ['--x-s3', 'a_b--x-s3', 'general--x-s3', 'Upper--use1-az4--x-s3'])
      expect((await askSession(server, name)).status).toBeGreaterThanOrEqual(400)
  })

  it('cannot begin another one, copy, or reach anything else', async () => {
    const session = await createSession(server, bucket)
    await put(session)
    expectError(
      await sessionRequest(server, session, { path: `/${bucket}`, query: 'session' }),
      403,
      'AccessDenied',
    )
    const headers = { 'x-amz-copy-source': `${bucket}/key` }
    const copy = await sessionRequest(server, session, { method: 'PUT', path: `/${bucket}/copy`, headers })
    expectError(copy, 403, 'AccessDenied')
    const asStsWould = { ...session.credentials, sessionToken: session.token }
    const elsewhere = await rawRequest(server, { path: '/', credentials: asStsWould })
    expectError(elsewhere, 400, 'InvalidToken')
    const inHeader = await rawRequest(server, {
      path: '/',
      credentials: session.credentials,
      headers: { 'x-amz-s3session-token': session.token },
    })
    expectError(inHeader, 403, 'InvalidAccessKeyId')
    const identity = await rawRequest(server, {
      method: 'POST',
      path: '/',
      service: 'iam',
      body: 'Action=ListUsers&Version=2010-05-08',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      credentials: asStsWould,
    })
    expect(identity.status).toBe(403)
  })

  it('needs its token as it was given, and signed', async () => {
    const session = await createSession(server, bucket)
    for (const token of [
      session.token.slice(1),
      `${session.token}A`,
      session.token.replace(/.$/, '_'),
      'x',
      '',
    ])
      expect((await get({ ...session, token })).status).toBeGreaterThanOrEqual(400)
    const flipped = Buffer.from(session.token, 'base64url')
    flipped[40] = (flipped[40] ?? 0) ^ 1
    expectError(await get({ ...session, token: flipped.toString('base64url') }), 400, 'InvalidToken')
    const another = await createSession(server, bucket)
    expectError(await get({ ...session, token: another.token }), 400, 'InvalidToken')
    const without = { path: `/${bucket}/key`, credentials: session.credentials }
    expectError(await expressRequest(server, without), 403, 'InvalidAccessKeyId')
    const unsigned = { ...without, proxyHeaders: { 'x-amz-s3session-token': session.token } }
    expect((await expressRequest(server, unsigned)).status).toBe(403)
  })
})

describe('whoever holds it', () => {
  const name = 'directory-user'

  it('ends it with the key, and with the user', async () => {
    const iam = iamClient(server)
    const user = await makeUser(server, name, allow('s3express:*'))
    const session = await createSession(server, bucket, undefined, { credentials: user })
    expectSuccess(await put(session))
    const key = { UserName: name, AccessKeyId: user.accessKeyId }
    await iam.send(new UpdateAccessKeyCommand({ ...key, Status: 'Inactive' }))
    expectError(await put(session), 400, 'InvalidToken')
    await iam.send(new UpdateAccessKeyCommand({ ...key, Status: 'Active' }))
    expectSuccess(await put(session))
    await iam.send(new CreateAccessKeyCommand({ UserName: name }))
    await iam.send(new DeleteAccessKeyCommand(key))
    expectError(await put(session), 400, 'InvalidToken')
  })

  it('is gone with the user', async () => {
    const iam = iamClient(server)
    const user = await makeUser(server, 'short-lived', allow('s3express:*'))
    const session = await createSession(server, bucket, undefined, { credentials: user })
    await iam.send(new DeleteUserPolicyCommand({ UserName: 'short-lived', PolicyName: 'own' }))
    // Source: S3 API Reference, CreateSession: no other policies grant or deny within a session.
    expectSuccess(await put(session))
    await iam.send(new DeleteAccessKeyCommand({ UserName: 'short-lived', AccessKeyId: user.accessKeyId }))
    await iam.send(new DeleteUserCommand({ UserName: 'short-lived' }))
    expectError(await put(session), 400, 'InvalidToken')
  })

  it('may be a session of a role, and then no longer than that', async () => {
    const RoleArn = await makeRole(
      server,
      { RoleName: 'fast', AssumeRolePolicyDocument: trustPolicy(`arn:aws:iam::${mainAccount.id}:root`) },
      allow('s3express:CreateSession'),
    )
    const user = await makeUser(server, 'assumes', allow('sts:AssumeRole'))
    const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'it', DurationSeconds: 900 })
    const role = sessionOf((await stsClient(server, user).send(assume)).Credentials)
    const session = await createSession(server, bucket, undefined, { credentials: role })
    expectSuccess(await put(session))
    clock.advance(700_000)
    const late = await createSession(server, bucket, undefined, { credentials: role, date: clock.now() })
    const seconds = (Date.parse(late.expiration) - clock.now().getTime()) / 1000
    clock.advance(-700_000)
    expect(seconds).toBeLessThanOrEqual(200)
  })
})

describe('policies', () => {
  it('of the caller decide on it, by its mode too', async () => {
    const nobody = await makeUser(server, 'may-nothing', allow('s3:*'))
    expectError(await askSession(server, bucket, { credentials: nobody }), 403, 'AccessDenied')
    const reader = await makeUser(server, 'may-read', allow('s3express:CreateSession', inMode('ReadOnly')))
    const headers = { 'x-amz-create-session-mode': 'ReadWrite' }
    expectError(await askSession(server, bucket, { credentials: reader, headers }), 403, 'AccessDenied')
    // Source: S3 API Reference, CreateSession: without a mode the widest one that is permitted.
    const session = await createSession(server, bucket, undefined, { credentials: reader })
    expectError(await put(session), 403, 'AccessDenied')
    await put(await createSession(server, bucket))
    expectSuccess(await get(session))
  })

  it('may deny it', async () => {
    const credentials = await makeUser(server, 'denied', allow('s3express:*'), {
      Effect: 'Deny',
      Action: 's3express:CreateSession',
      Resource: arnOf(bucket),
    })
    expectError(await askSession(server, bucket, { credentials }), 403, 'AccessDenied')
    expect((await createSession(server, other, undefined, { credentials })).token).not.toBe('')
  })

  it('of the bucket let other accounts in', async () => {
    expectError(await askSession(server, bucket, { credentials: otherCredentials }), 403, 'AccessDenied')
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: otherAccount.id },
        Action: 's3express:CreateSession',
        Resource: arnOf(bucket),
        ...inMode('ReadOnly'),
      },
    })
    const path = `/${bucket}`
    expectSuccess(await expressRequest(server, { method: 'PUT', path, query: 'policy', body: policy }), 204)
    const session = await createSession(server, bucket, undefined, { credentials: otherCredentials })
    expectSuccess(await get(session))
    expectError(await put(session), 403, 'AccessDenied')
    const ofBucket = { method: 'DELETE', path, credentials: otherCredentials }
    expectError(await expressRequest(server, ofBucket), 403, 'AccessDenied')
    expectError(await sessionRequest(server, session, { method: 'DELETE', path }), 403, 'AccessDenied')
    expectSuccess(await expressRequest(server, { method: 'DELETE', path, query: 'policy' }), 204)
    // It goes on until it ends.
    expectSuccess(await get(session))
  })

  it('decide on each request with credentials of IAM', async () => {
    const [writer, reader] = [
      await makeUser(server, 'writes-alone', allow('s3express:CreateSession')),
      await makeUser(server, 'reads-alone', allow('s3express:CreateSession', inMode('ReadOnly'))),
    ]
    const general = await makeUser(server, 'general-purpose', allow('s3:*'))
    const key = { path: `/${bucket}/iam` }
    const write = { ...key, method: 'PUT', body: 'x' }
    expectSuccess(await expressRequest(server, { ...write, credentials: writer }))
    expectError(await expressRequest(server, { ...write, credentials: reader }), 403, 'AccessDenied')
    expectSuccess(await expressRequest(server, { ...key, credentials: reader }))
    expectError(await expressRequest(server, { ...key, credentials: general }), 403, 'AccessDenied')
    expectError(await expressRequest(server, { ...key, anonymous: true }), 403, 'AccessDenied')
    const iam = iamClient(server)
    await putPolicy(iam, 'writes-alone', allow('s3express:CreateSession', inMode('ReadOnly')))
    expectError(await expressRequest(server, { ...write, credentials: writer }), 403, 'AccessDenied')
  })
})

describe('of a bucket that is not there', () => {
  it('is NoSuchBucket to whoever may not create it', async () => {
    const credentials = await makeUser(server, 'creates-none', allow('s3express:CreateSession'))
    expectError(await askSession(server, directoryName('absent'), { credentials }), 404, 'NoSuchBucket')
    expectError(await rawRequest(server, { path: '/general', query: 'session' }), 404, 'NoSuchBucket')
  })

  it('gives what policies give on each request', async () => {
    const name = directoryName('planned')
    const credentials = await makeUser(server, 'creates', allow(['s3express:CreateBucket']))
    const session = await createSession(server, name, undefined, { credentials })
    expectError(await put(session, 'key', name), 404, 'NoSuchBucket')
    await createDirectoryBucket(server, 'planned')
    expectError(await put(session, 'key', name), 403, 'AccessDenied')
    await putPolicy(iamClient(server), 'creates', allow('s3express:CreateSession'))
    expectSuccess(await put(session, 'key', name))
    expectError(await put(session, 'key', bucket), 403, 'AccessDenied')
  })
})

it('is not for general purpose buckets, nor for strangers', async () => {
  expectSuccess(await rawRequest(server, { method: 'PUT', path: '/general-purpose' }))
  expectError(
    await rawRequest(server, { path: '/general-purpose', query: 'session' }),
    405,
    'MethodNotAllowed',
  )
  expectError(await askSession(server, bucket, { anonymous: true }), 403, 'AccessDenied')
  const headers = { 'x-amz-create-session-mode': 'Bogus' }
  expectError(await askSession(server, bucket, { headers }), 400, 'InvalidArgument')
})

it('signs as S3, or as S3 Express: as S3 alone what is about general purpose buckets', async () => {
  expectSuccess(await rawRequest(server, { path: `/${bucket}`, query: 'list-type=2' }))
  const general = { path: '/general-purpose', query: 'list-type=2' }
  expectError(await expressRequest(server, general), 400, 'AuthorizationHeaderMalformed')
})

it('comes presigned', async () => {
  const session = await createSession(server, bucket)
  await put(session, 'presigned')
  const presigned = { expiresSeconds: 60 }
  const query = `X-Amz-S3session-Token=${encodeURIComponent(session.token)}`
  const request = { path: `/${bucket}/presigned`, query, presigned, credentials: session.credentials }
  expect((await expressRequest(server, request)).text).toBe('x')
  const write = { ...request, method: 'PUT', body: 'y' }
  expectSuccess(await expressRequest(server, write))
})

it('comes from the SDK, which keeps it', async () => {
  const { client, Bucket } = await sdkWithBucket(server, 'sdk')
  const { Credentials } = await client.send(new CreateSessionCommand({ Bucket, SessionMode: 'ReadOnly' }))
  expect(Credentials?.AccessKeyId).toMatch(/^ASIA/)
  await client.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'by the SDK' }))
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'key' }))
  expect(await Body?.transformToString()).toBe('by the SDK')
  const without = s3Client(server, { disableS3ExpressSessionAuth: true })
  const read = await without.send(new GetObjectCommand({ Bucket, Key: 'key' }))
  expect(await read.Body?.transformToString()).toBe('by the SDK')
})

it('tells how objects are encrypted in it', async () => {
  const answer = await askSession(server, bucket)
  expect(answer.headers['x-amz-server-side-encryption']).toBe('AES256')
  expect(xmlTexts(answer.text, 'AccessKeyId')).toHaveLength(1)
})
