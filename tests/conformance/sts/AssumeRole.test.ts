import {
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { ListKeysCommand } from '@aws-sdk/client-kms'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { AssumeRoleCommand, type AssumeRoleCommandInput, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { MovableClock, type TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Credentials, mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import {
  iamClient,
  makeRole,
  makeUser,
  sessionOf,
  stsClient,
  trustPolicy,
} from '../../support/identity-clients.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { postForm, signedFields } from '../../support/post-form.ts'
import { queryRequest } from '../../support/query-request.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

const ACCOUNT_USER = `arn:aws:iam::${mainAccount.id}:user`
const clock = new MovableClock(new Date(), { running: true })
let server: TestServer
let user: Credentials
const mayAssume = { Effect: 'Allow', Action: 'sts:*', Resource: '*' }
const reads = (bucket: string) => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${bucket}/*`,
})

beforeAll(async () => {
  server = await startTestServer({ clock })
  user = await makeUser(server, 'jane', mayAssume)
  for (const Bucket of ['mine', 'yours']) {
    await s3Client(server).send(new CreateBucketCommand({ Bucket }))
    await s3Client(server).send(new PutObjectCommand({ Bucket, Key: 'k', Body: Bucket }))
  }
  return () => server[Symbol.asyncDispose]()
})

async function assume(
  RoleArn: string,
  input: Partial<AssumeRoleCommandInput> = {},
  by: Credentials = user,
): Promise<Credentials> {
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...input })
  const { Credentials: given } = await stsClient(server, by).send(command)
  return sessionOf(given)
}

const read = async (credentials: Credentials, Bucket = 'mine') => {
  const { Body } = await s3Client(server, { credentials }).send(new GetObjectCommand({ Bucket, Key: 'k' }))
  return await Body?.transformToString()
}

const trustsJane = () => trustPolicy(`${ACCOUNT_USER}/jane`)
const denied = { name: 'AccessDenied' }
let made = 0

/** A role that trusts `jane`, and reads one bucket. */
function reader(): Promise<string> {
  return makeRole(
    server,
    { RoleName: `reader-${made++}`, AssumeRolePolicyDocument: trustsJane() },
    reads('mine'),
  )
}

describe('a session', () => {
  it('is of its role: it reads one bucket and nothing else, and is who it is', async () => {
    const RoleArn = await makeRole(
      server,
      { RoleName: 'Reader', Path: '/team/', AssumeRolePolicyDocument: trustsJane() },
      reads('mine'),
    )
    const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'work@home' })
    const { Credentials: given, AssumedRoleUser } = await stsClient(server, user).send(command)
    expect(given).toMatchObject({
      AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      SecretAccessKey: expect.stringMatching(/^[\w+/]{40}$/),
    })
    const Arn = `arn:aws:sts::${mainAccount.id}:assumed-role/Reader/work@home`
    expect(AssumedRoleUser).toMatchObject({ Arn, AssumedRoleId: expect.stringMatching(/^AROA.*:work@home$/) })
    const session = await assume(RoleArn, { RoleSessionName: 'work@home' })
    expect(await stsClient(server, session).send(new GetCallerIdentityCommand())).toMatchObject({
      Account: mainAccount.id,
      Arn,
      UserId: AssumedRoleUser?.AssumedRoleId,
    })
    expect(await read(session)).toBe('mine')
    await expect(read(session, 'yours')).rejects.toMatchObject(denied)
    const s3 = s3Client(server, { credentials: session })
    await expect(s3.send(new ListBucketsCommand())).rejects.toMatchObject(denied)
    await expect(s3.send(new PutObjectCommand({ Bucket: 'mine', Key: 'k', Body: '' }))).rejects.toMatchObject(
      denied,
    )
    const iam = iamClient(server, session)
    await expect(iam.send(new CreateUserCommand({ UserName: 'x' }))).rejects.toMatchObject(denied)
    await expect(kmsClient(server, session).send(new ListKeysCommand())).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  })

  it('may what its role may, from the next request on', async () => {
    const RoleArn = await reader()
    const RoleName = RoleArn.split('/').at(-1)
    const session = await assume(RoleArn)
    expect(await read(session)).toBe('mine')
    const iam = iamClient(server)
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [reads('yours')] })
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }))
    expect(await read(session, 'yours')).toBe('yours')
    await expect(read(session)).rejects.toMatchObject(denied)
  })

  it('is narrowed by its policy', async () => {
    const RoleArn = await makeRole(
      server,
      { RoleName: 'wide', AssumeRolePolicyDocument: trustsJane() },
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
    )
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [reads('mine')] })
    const session = await assume(RoleArn, { Policy })
    expect(await read(session)).toBe('mine')
    await expect(read(session, 'yours')).rejects.toMatchObject(denied)
    expect(await read(await assume(RoleArn), 'yours')).toBe('yours')
    await expect(assume(RoleArn, { Policy: '{}' })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    })
    const Resource = `arn:aws:s3:::mine/${'x'.repeat(2048)}`
    const large = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...reads('mine'), Resource }] })
    await expect(assume(RoleArn, { Policy: large })).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('Member must have length less than or equal to 2048'),
    })
  })

  it('is let in by a bucket policy that names its role, or itself', async () => {
    const RoleArn = await makeRole(server, { RoleName: 'poor', AssumeRolePolicyDocument: trustsJane() })
    const session = await assume(RoleArn, { RoleSessionName: 'one' })
    await expect(read(session)).rejects.toMatchObject(denied)
    const itself = `arn:aws:sts::${mainAccount.id}:assumed-role/poor/one`
    for (const AWS of [RoleArn, itself]) {
      const Policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ ...reads('mine'), Principal: { AWS } }],
      })
      await s3Client(server).send(new PutBucketPolicyCommand({ Bucket: 'mine', Policy }))
      expect(await read(session)).toBe('mine')
    }
    await expect(read(await assume(RoleArn, { RoleSessionName: 'two' }))).rejects.toMatchObject(denied)
  })

  it('signs in a header and in a query alike', async () => {
    const credentials = await assume(await reader())
    const path = '/mine/k'
    expect((await rawRequest(server, { path, credentials })).status).toBe(200)
    expect((await rawRequest(server, { path, credentials, presigned: { expiresSeconds: 60 } })).status).toBe(
      200,
    )
  })

  it('signs the form of a browser, its token among the fields', async () => {
    const upload = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::mine/*' }
    const role = { RoleName: 'uploader', AssumeRolePolicyDocument: trustsJane() }
    const credentials = await assume(await makeRole(server, role, upload))
    const post = (token: string) => {
      const fields = { key: 'posted', 'x-amz-security-token': token }
      const conditions = Object.entries(fields).map(([name, value]) => ({ [name]: value }))
      const signed = signedFields(server, 'mine', conditions, { credentials })
      return postForm(server, 'mine', [...Object.entries(fields), ...signed, ['file', 'bytes']])
    }
    const { sessionToken = '' } = credentials
    expect((await post(sessionToken)).status).toBe(204)
    expect((await post(sessionToken.slice(4))).errorCode).toBe('InvalidToken')
  })
})

describe('tokens', () => {
  let session: Credentials
  beforeAll(async () => {
    session = await assume(await reader())
  })

  const answers = async (credentials: Credentials) => {
    const s3 = await rawRequest(server, { path: '/mine/k', credentials })
    const sts = await queryRequest(server, 'sts', { Action: 'GetCallerIdentity' }, { credentials })
    const iam = await queryRequest(server, 'iam', { Action: 'ListUsers' }, { credentials })
    return [s3, sts, iam].map(({ status, errorCode }) => [status, errorCode])
  }
  const invalid = [
    [400, 'InvalidToken'],
    [403, 'InvalidClientTokenId'],
    [403, 'InvalidClientTokenId'],
  ]

  it('that are forged, cut, swapped or missing are refused', async () => {
    const { sessionToken = '', accessKeyId, secretAccessKey } = session
    const forged = `${sessionToken.slice(0, 60)}${sessionToken[60] === 'A' ? 'B' : 'A'}${sessionToken.slice(61)}`
    const swapped = (await assume(await reader())).sessionToken ?? ''
    for (const token of [forged, sessionToken.slice(0, -4), `${sessionToken}AAAA`, swapped, 'x']) {
      expect(await answers({ accessKeyId, secretAccessKey, sessionToken: token })).toEqual(invalid)
    }
    const kms = kmsClient(server, { ...session, sessionToken: forged })
    await expect(kms.send(new ListKeysCommand())).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    })
    expect((await answers({ accessKeyId, secretAccessKey }))[0]).toEqual([403, 'InvalidAccessKeyId'])
    // A token does not make its key somebody else's, nor does a long-lived key have any.
    expect((await answers({ ...user, sessionToken }))[0]).toEqual([400, 'InvalidToken'])
  })

  it('sign with their own secret alone', async () => {
    const wrong = { ...session, secretAccessKey: user.secretAccessKey }
    expect((await answers(wrong))[0]).toEqual([403, 'SignatureDoesNotMatch'])
  })

  it('of another server are refused', async () => {
    await using other = await startTestServer()
    const answer = await rawRequest(other, { path: '/mine/k', credentials: session })
    expect([answer.status, answer.errorCode]).toEqual([400, 'InvalidToken'])
  })

  it('are refused once the role is gone, and made anew', async () => {
    const RoleArn = await reader()
    const RoleName = RoleArn.split('/').at(-1) ?? ''
    const credentials = await assume(RoleArn)
    expect(await read(credentials)).toBe('mine')
    const iam = iamClient(server)
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'own' }))
    await iam.send(new DeleteRoleCommand({ RoleName }))
    expect(await answers(credentials)).toEqual(invalid)
    await makeRole(server, { RoleName, AssumeRolePolicyDocument: trustsJane() }, reads('mine'))
    expect(await answers(credentials)).toEqual(invalid)
  })

  it('expire', async () => {
    // The clock may not be far from the one that signs.
    clock.advance(-600_000)
    const credentials = await assume(await reader(), { DurationSeconds: 900 })
    expect((await answers(credentials))[0]).toEqual([200, undefined])
    clock.advance(1_200_000)
    const expired = await answers(credentials)
    clock.advance(-600_000)
    expect(expired).toEqual([
      [400, 'ExpiredToken'],
      [403, 'ExpiredToken'],
      [403, 'ExpiredToken'],
    ])
  })
})

describe('who may', () => {
  it('is whom the role trusts, if their account agrees', async () => {
    const RoleArn = await reader()
    const message = `is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`
    const refused = { name: 'AccessDenied', message: expect.stringContaining(message) }
    const other = await makeUser(server, 'other', mayAssume)
    await expect(assume(RoleArn, {}, other)).rejects.toMatchObject(refused)
    const iam = iamClient(server)
    const RoleName = RoleArn.split('/').at(-1)
    const trust = (PolicyDocument: string) =>
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
    await trust(trustPolicy(mainAccount.id))
    await assume(RoleArn, {}, other)
    const powerless = await makeUser(server, 'powerless')
    await expect(assume(RoleArn, {}, powerless)).rejects.toMatchObject(refused)
    // A role that names a user itself needs no policy of the user's.
    await trust(trustPolicy(`${ACCOUNT_USER}/powerless`))
    await assume(RoleArn, {}, powerless)
  })

  it('is no root user, and nobody learns which roles there are', async () => {
    const RoleArn = await reader()
    await expect(assume(RoleArn, {}, server.credentials)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Roles may not be assumed by root accounts.',
    })
    const none = `arn:aws:iam::${mainAccount.id}:role/none`
    for (const arn of [none, `${ACCOUNT_USER}/jane`, RoleArn.replace('role', 'ROLE')]) {
      await expect(assume(arn)).rejects.toMatchObject(denied)
    }
  })

  it.each([
    'no-arn-of-a-role-at-all',
    'arn::iam:::role/reader',
    'arn:aws::::role/reader',
    'arn:aws:iam::role/reader',
  ])('is nobody by %s, which is no ARN', async (arn) => {
    const message = `${arn} is invalid`
    await expect(assume(arn)).rejects.toMatchObject({ name: 'ValidationError', message })
  })

  it('is of another account where both sides say so', async () => {
    const RoleArn = await makeRole(
      server,
      { RoleName: 'shared', AssumeRolePolicyDocument: trustPolicy(otherAccount.id) },
      reads('mine'),
    )
    const other = { ...server, credentials: otherCredentials }
    const able = await makeUser(other, 'able', mayAssume)
    expect(await read(await assume(RoleArn, {}, able))).toBe('mine')
    const unable = await makeUser(other, 'unable')
    await expect(assume(RoleArn, {}, unable)).rejects.toMatchObject(denied)
    await expect(assume(RoleArn)).rejects.toMatchObject(denied)
  })

  it('is no confused deputy: the external id has to be the one that the role asks for', async () => {
    const condition = { StringEquals: { 'sts:ExternalId': 'customer-1' } }
    const RoleArn = await makeRole(server, {
      RoleName: 'customer',
      AssumeRolePolicyDocument: trustPolicy(`${ACCOUNT_USER}/jane`, condition),
    })
    await assume(RoleArn, { ExternalId: 'customer-1' })
    await expect(assume(RoleArn, { ExternalId: 'customer-2' })).rejects.toMatchObject(denied)
    await expect(assume(RoleArn)).rejects.toMatchObject(denied)
  })
})

describe('how long', () => {
  it('is an hour, or as asked up to what the role allows', async () => {
    const RoleArn = await reader()
    const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' })
    const { Credentials: given } = await stsClient(server, user).send(command)
    const seconds = ((given?.Expiration?.getTime() ?? 0) - clock.now().getTime()) / 1000
    expect(Math.abs(seconds - 3600)).toBeLessThan(60)
    const invalid = { name: 'ValidationError' }
    await expect(assume(RoleArn, { DurationSeconds: 3601 })).rejects.toMatchObject(invalid)
    await expect(assume(RoleArn, { DurationSeconds: 899 })).rejects.toMatchObject(invalid)
  })

  it('is at most an hour from a role to the next', async () => {
    const first = await makeRole(
      server,
      { RoleName: 'first', AssumeRolePolicyDocument: trustsJane() },
      mayAssume,
    )
    const role = { RoleName: 'second', MaxSessionDuration: 7200 }
    const RoleArn = await makeRole(server, { ...role, AssumeRolePolicyDocument: trustPolicy(first) })
    const session = await assume(first)
    await assume(RoleArn, { DurationSeconds: 3600 }, session)
    await expect(assume(RoleArn, { DurationSeconds: 3601 }, session)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('role chaining'),
    })
  })
})

describe('tags and source identity', () => {
  const everything = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']
  const trusting = (AWS: string, Action: string | string[] = everything) =>
    JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: { AWS }, Action } })

  it('are condition keys of what the session does, those of the session before those of the role', async () => {
    const Condition = { StringEquals: { 'aws:PrincipalTag/team': 'a', 'aws:SourceIdentity': 'jane' } }
    const RoleArn = await makeRole(
      server,
      {
        RoleName: 'tagged',
        AssumeRolePolicyDocument: trusting(`${ACCOUNT_USER}/jane`),
        Tags: [{ Key: 'Team', Value: 'b' }],
      },
      { ...reads('mine'), Resource: 'arn:aws:s3:::yours/*', Condition },
    )
    const Tags = [{ Key: 'team', Value: 'a' }]
    expect(await read(await assume(RoleArn, { Tags, SourceIdentity: 'jane' }), 'yours')).toBe('yours')
    for (const input of [{ Tags }, { SourceIdentity: 'jane' }, { Tags, SourceIdentity: 'joe' }]) {
      await expect(read(await assume(RoleArn, input), 'yours')).rejects.toMatchObject(denied)
    }
    for (const input of [
      { Tags: [...Tags, { Key: 'TEAM', Value: 'c' }] },
      { Tags, TransitiveTagKeys: ['other'] },
    ]) {
      await expect(assume(RoleArn, input)).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    }
  })

  it('need permissions of their own', async () => {
    const RoleArn = await reader()
    const tagging = assume(RoleArn, { Tags: [{ Key: 'k', Value: 'v' }] })
    await expect(tagging).rejects.toMatchObject({ message: expect.stringContaining('sts:TagSession') })
    const naming = assume(RoleArn, { SourceIdentity: 'jane' })
    await expect(naming).rejects.toMatchObject({ message: expect.stringContaining('sts:SetSourceIdentity') })
  })

  it('go from a role to the next where they are transitive, and stay as they are', async () => {
    const first = await makeRole(
      server,
      { RoleName: 'from', AssumeRolePolicyDocument: trusting(`${ACCOUNT_USER}/jane`) },
      mayAssume,
    )
    const Condition = {
      StringEquals: { 'aws:PrincipalTag/on': '1', 'aws:SourceIdentity': 'jane' },
      Null: { 'aws:PrincipalTag/off': 'true' },
    }
    const RoleArn = await makeRole(
      server,
      { RoleName: 'to', AssumeRolePolicyDocument: trusting(first) },
      { ...reads('yours'), Condition },
    )
    const Tags = ['on', 'off'].map((Key) => ({ Key, Value: '1' }))
    const session = await assume(first, { Tags, TransitiveTagKeys: ['on'], SourceIdentity: 'jane' })
    expect(await read(await assume(RoleArn, {}, session), 'yours')).toBe('yours')
    const other = assume(RoleArn, { Tags: [{ Key: 'ON', Value: '2' }] }, session)
    await expect(other).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('conflicts with a transitive tag key from the calling session'),
    })
    await expect(assume(RoleArn, { SourceIdentity: 'joe' }, session)).rejects.toMatchObject(denied)
  })

  it('from a role to the next, a source identity takes a permission of either role', async () => {
    const mayAssumeAlone = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }
    const role = { AssumeRolePolicyDocument: trusting(`${ACCOUNT_USER}/jane`) }
    const able = await makeRole(server, { RoleName: 'able', ...role }, mayAssume)
    const unable = await makeRole(server, { RoleName: 'unable', ...role }, mayAssumeAlone)
    const RoleName = 'goal'
    const RoleArn = await makeRole(server, {
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: { AWS: [able, unable] }, Action: everything },
      }),
    })
    await assume(RoleArn, {}, await assume(able, { SourceIdentity: 'jane' }))
    await assume(RoleArn, {}, await assume(unable))
    const chaining = assume(RoleArn, {}, await assume(unable, { SourceIdentity: 'jane' }))
    await expect(chaining).rejects.toMatchObject({
      message: expect.stringContaining('sts:SetSourceIdentity'),
    })
    const setting = assume(RoleArn, { SourceIdentity: 'jane' }, await assume(unable))
    await expect(setting).rejects.toMatchObject(denied)
  })
})

it('answers in XML of STS', async () => {
  const parameters = { Action: 'AssumeRole', RoleArn: await reader(), RoleSessionName: 'raw' }
  const answer = await queryRequest(server, 'sts', parameters, { credentials: user })
  expect(answer.status).toBe(200)
  expect(answer.text).toMatch(
    /^<AssumeRoleResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/"><AssumeRoleResult><Credentials>/,
  )
})
