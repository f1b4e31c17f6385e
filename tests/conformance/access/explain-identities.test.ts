import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetFederationTokenCommand } from '@aws-sdk/client-sts'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Explanation } from '../../../packages/server/src/access/explanation.ts'
import { type Credentials, mainCredentials, otherCredentials } from '../../support/accounts.ts'
import {
  iamClient,
  makeRole,
  makeUser,
  sessionOf,
  stsClient,
  trustPolicy,
} from '../../support/identity-clients.ts'
import { executable } from '../../support/executable.ts'
import { type RawAnswer, rawRequest, type ServerAddress } from '../../support/raw-request.ts'
import { runCommand } from '../../support/run-command.ts'
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts'

const HOME = '100000000001'
const POLICY = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement })
const READ = { Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/*' }
const RESOURCE = 'arn:aws:s3:::bucket/key'

let server: ServerProcess
let jill: Credentials
let roleArn: string

beforeAll(async () => {
  server = await startServerProcess()
  await rawRequest(server, { method: 'PUT', path: '/bucket' })
  await rawRequest(server, { method: 'PUT', path: '/bucket/key', body: 'x' })
  jill = await makeUser(server, 'jill', { ...READ, Action: 's3:PutObject', Sid: 'Write' })
  await inGroup(server)
  const trust = trustPolicy(`arn:aws:iam::${HOME}:user/jill`)
  roleArn = await makeRole(
    server,
    { RoleName: 'reader', Path: '/jobs/', AssumeRolePolicyDocument: trust },
    READ,
  )
  return () => server[Symbol.asyncDispose]()
})

/** Jill may read by her group, and delete nothing. */
async function inGroup(address: ServerAddress): Promise<void> {
  const iam = iamClient(address)
  const GroupName = 'readers'
  await iam.send(new CreateGroupCommand({ GroupName }))
  const PolicyDocument = POLICY(READ, { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' })
  await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'of-group', PolicyDocument }))
  await iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'jill' }))
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
  await iam.send(new AttachUserPolicyCommand({ UserName: 'jill', PolicyArn }))
}

function ask(question: object, credentials = mainCredentials): Promise<RawAnswer> {
  const body = JSON.stringify({ action: 's3:GetObject', resource: RESOURCE, ...question })
  return rawRequest(server, { method: 'POST', path: '/-/explain', body, credentials })
}

async function explained(question: object): Promise<Explanation> {
  const { status, text } = await ask(question)
  expect([status, text]).toEqual([200, expect.any(String)])
  return JSON.parse(text) as Explanation
}

const USER = { kind: 'user', name: 'jill' }
const GROUP = { kind: 'group', name: 'readers' }
const ROLE = { kind: 'role', name: 'reader' }

describe('POST /-/explain names each policy of its own side that spoke', () => {
  it('of a user, its groups and what is attached', async () => {
    const { principal, allowed, reasons } = await explained({ principal: 'user/jill' })
    expect([principal, allowed]).toEqual([`arn:aws:iam::${HOME}:user/jill`, true])
    const policy = (name: string, of: object, matched: boolean, statement: object) => ({
      source: 'identity-policy',
      matched,
      policy: { name, of },
      statement,
    })
    expect(reasons).toMatchObject([
      policy('own', USER, false, { number: 1, sid: 'Write' }),
      policy('arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess', USER, true, { number: 1 }),
      policy('of-group', GROUP, true, { number: 1, sid: 'Read' }),
      policy('of-group', GROUP, false, { number: 2 }),
      { source: 'identity-policy', effect: 'Allow' },
    ])
    const denied = await explained({ principal: 'user/jill', action: 's3:DeleteObject' })
    expect(denied.reasons.at(-1)).toMatchObject({ effect: 'Deny', policy: { name: 'of-group', of: GROUP } })
  })

  it('of a role, whose session a policy narrows', async () => {
    const asked = { principal: 'role/jobs/reader' }
    const { principal, allowed, reasons } = await explained(asked)
    expect([principal, allowed]).toEqual([`arn:aws:sts::${HOME}:assumed-role/reader/session`, true])
    expect(reasons[0]).toMatchObject({ policy: { name: 'own', of: ROLE }, statement: { sid: 'Read' } })
    const Condition = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }
    const sessionPolicy = POLICY({ ...READ, Sid: 'Near', Condition })
    const narrowed = await explained({ ...asked, sessionPolicy })
    expect(narrowed.allowed).toBe(false)
    expect(narrowed.reasons).toMatchObject([
      { source: 'identity-policy', matched: true },
      { source: 'session-policy', matched: false, statement: { number: 1, sid: 'Near' } },
      { source: 'object-ownership' },
      { source: 'default', effect: 'Deny', detail: expect.stringContaining('no session policy allows it') },
    ])
    const context = { 'aws:SourceIp': '10.1.2.3' }
    expect((await explained({ ...asked, sessionPolicy, context })).allowed).toBe(true)
  })

  it('of a boundary', async () => {
    const iam = iamClient(server)
    const UserName = 'bounded'
    await makeUser(server, UserName, { ...READ, Action: 's3:*' })
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }))
    expect((await explained({ principal: 'user/bounded' })).allowed).toBe(true)
    const { allowed, reasons } = await explained({ principal: 'user/bounded', action: 's3:PutObject' })
    expect(allowed).toBe(false)
    const boundary = { source: 'permissions-boundary', matched: false }
    expect(reasons).toContainEqual(
      expect.objectContaining({
        ...boundary,
        policy: { name: PermissionsBoundary, of: { kind: 'user', name: UserName } },
      }),
    )
    expect(reasons.at(-1)?.detail).toContain(`the permissions boundary "${PermissionsBoundary}"`)
  })

  it('of a session, by ARN', async () => {
    const arn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
    const asked = { principal: 'role/reader', sessionPolicy: [arn, POLICY(READ)] }
    const { allowed, reasons } = await explained(asked)
    expect(allowed).toBe(true)
    const named = reasons
      .filter(({ source }) => source === 'session-policy')
      .map(({ policy }) => policy?.name)
    expect(named).toEqual(['inline', arn])
    const none = { ...asked, sessionPolicy: `arn:aws:iam::${HOME}:policy/none` }
    expect((await explained(none)).allowed).toBe(false)
  })

  it('of a federated session, and who began it', async () => {
    const principal = 'federated-user/fred'
    const sessionPolicy = POLICY(READ)
    const byRoot = await explained({ principal, sessionPolicy })
    expect([byRoot.principal, byRoot.allowed]).toEqual([`arn:aws:sts::${HOME}:federated-user/fred`, true])
    expect((await explained({ principal })).reasons.at(-1)?.detail).toContain('may nothing without a session')
    const byJill = { principal, federatedBy: 'user/jill', sessionPolicy: POLICY({ ...READ, Action: 's3:*' }) }
    expect((await explained(byJill)).allowed).toBe(true)
    expect((await explained({ ...byJill, action: 's3:PutObjectTagging' })).allowed).toBe(false)
  })

  it('however somebody is named', async () => {
    const { reasons } = await explained({ principal: jill.accessKeyId })
    expect(reasons.at(-1)).toMatchObject({ effect: 'Allow' })
    for (const principal of [`arn:aws:iam::${HOME}:user/jill`, 'user/jill']) {
      expect((await explained({ principal })).principal).toBe(`arn:aws:iam::${HOME}:user/jill`)
    }
    const session = `arn:aws:sts::${HOME}:assumed-role/reader/nightly`
    for (const principal of [session, 'assumed-role/reader/nightly']) {
      expect((await explained({ principal })).principal).toBe(session)
    }
    for (const principal of [roleArn, 'role/reader']) {
      expect((await explained({ principal })).principal).toMatch(/assumed-role\/reader\/session$/)
    }
  })

  it('with the keys that follow from who it is, unless others are given', async () => {
    const Condition = {
      StringEquals: { 'aws:PrincipalArn': roleArn },
      Bool: { 'aws:MultiFactorAuthPresent': 'true' },
    }
    const asked = { principal: 'role/reader', sessionPolicy: POLICY({ ...READ, Condition }) }
    const { reasons } = await explained(asked)
    expect(reasons.map(({ detail }) => detail)).toContain(
      'the condition Bool aws:MultiFactorAuthPresent [true] does not hold',
    )
    const context = { 'aws:MultiFactorAuthPresent': 'true' }
    expect((await explained({ ...asked, context })).allowed).toBe(true)
  })

  it('and agrees with what the server does', async () => {
    const sts = stsClient(server, jill)
    const Policy = POLICY({ ...READ, Action: ['s3:GetObject', 's3:PutObject'] })
    const assumed = await sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'nightly', Policy }),
    )
    const federated = await stsClient(server).send(new GetFederationTokenCommand({ Name: 'fred', Policy }))
    const callers: [question: object, Credentials][] = [
      [{ principal: 'user/jill' }, jill],
      [{ principal: 'assumed-role/reader/nightly', sessionPolicy: Policy }, sessionOf(assumed.Credentials)],
      [{ principal: 'federated-user/fred', sessionPolicy: Policy }, sessionOf(federated.Credentials)],
    ]
    const requests = [
      ['GET', 's3:GetObject', ''],
      ['PUT', 's3:PutObject', ''],
      ['DELETE', 's3:DeleteObject', ''],
      ['GET', 's3:GetObjectTagging', 'tagging='],
    ] as const
    for (const [question, credentials] of callers) {
      for (const [method, action, query] of requests) {
        const { allowed } = await explained({ ...question, action })
        const { status } = await rawRequest(server, { method, path: '/bucket/key', query, credentials })
        expect([question, action, status === 403]).toEqual([question, action, !allowed])
        if (method === 'DELETE' && allowed) throw new Error('the object is needed still')
      }
    }
  })
})

describe('it is refused', () => {
  it.each([
    { principal: 'user/nobody' },
    { principal: 'user/JILL' },
    { principal: 'user/team/jill' },
    { principal: 'role/other/reader' },
    { principal: 'role/jill' },
    { principal: 'group/readers' },
    { principal: 'assumed-role/reader' },
    { principal: 'AROAAAAAAAAAAAAAAAAAA' },
    { principal: 'federated-user/fred', federatedBy: 'role/reader' },
    { principal: 'federated-user/fred', federatedBy: 'user/nobody' },
    { principal: 'user/jill', federatedBy: 'user/jill' },
    { principal: 'user/jill', sessionPolicy: POLICY(READ) },
    { principal: 'anonymous', sessionPolicy: POLICY(READ) },
    { principal: 'role/reader', sessionPolicy: '{}' },
    { principal: 'role/reader', sessionPolicy: POLICY({ ...READ, Principal: '*' }) },
    { principal: 'role/reader', sessionPolicy: 7 },
    { principal: 'role/reader', sessionPolicy: [POLICY(READ), POLICY(READ)] },
    { principal: 'role/reader', sessionPolicy: [POLICY(READ), 7] },
    { principal: 'user/jill', sessionPolicy: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] },
  ])('where it has %o', async (question) => {
    const { status, errorCode } = await ask(question)
    expect([status, errorCode]).toEqual([400, 'InvalidArgument'])
  })

  it.each(['AIDA', 'user/', 'role/', 'A'])(
    'where a name is too long for a key of the store: %s…',
    async (start) => {
      const { status, errorCode } = await ask({ principal: start.padEnd(2400, 'A') })
      expect([status, errorCode]).toEqual([400, 'InvalidArgument'])
    },
  )

  it('to users and sessions, about themselves too', async () => {
    const { status, errorCode } = await ask({ principal: 'user/jill' }, jill)
    expect([status, errorCode]).toEqual([403, 'AccessDenied'])
  })
})

it('a bucket owner learns nothing of the policies of users of another account, nor which there are', async () => {
  await rawRequest(server, { method: 'PUT', path: '/others', credentials: otherCredentials })
  const answers = ['jill', 'nobody'].map(async (name) => {
    const question = {
      principal: `arn:aws:iam::${HOME}:user/${name}`,
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::others/key',
    }
    const answer = await rawRequest(server, {
      method: 'POST',
      path: '/-/explain',
      body: JSON.stringify(question),
      credentials: otherCredentials,
    })
    return [answer.status, answer.errorCode, answer.text.replaceAll(/user\/\w+|<RequestId>.*<\/HostId>/g, '')]
  })
  const [jills, nobodys] = await Promise.all(answers)
  expect(jills).toEqual([400, 'InvalidArgument', expect.any(String)])
  expect(jills).toEqual(nobodys)
})

describe('holdfast explain', () => {
  /** Beside the running server. */
  function explainIt(...words: string[]) {
    const question = ['--action', 's3:GetObject', '--resource', RESOURCE, ...words]
    return runCommand(
      process.execPath,
      [executable, 'explain', '--data', server.dataDirectory, ...question],
      {
        environment: {
          HOLDFAST_ACCESS_KEY: mainCredentials.accessKeyId,
          HOLDFAST_SECRET_KEY: mainCredentials.secretAccessKey,
        },
      },
    )
  }

  it('takes users, by --as', async () => {
    const { text } = await explainIt('--as', 'user/jill')
    expect(text).toMatch(
      /^ALLOWED: s3:GetObject on arn:aws:s3:::bucket\/key by arn:aws:iam::\d{12}:user\/jill\n/,
    )
    expect(text).toContain(
      '* identity-policy "of-group" of group readers statement 1 "Read" allow: it matches',
    )
  })

  it('takes sessions with a policy and a context', async () => {
    const Condition = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }
    const words = ['--as', 'assumed-role/reader/nightly', '--session-policy', POLICY({ ...READ, Condition })]
    expect((await explainIt(...words)).text).toMatch(/^DENIED: .*assumed-role\/reader\/nightly\n/)
    const near = await explainIt(...words, '--context', 'aws:SourceIp=10.0.0.1')
    expect(near.text).toMatch(/^ALLOWED: /)
    const federated = ['--as', 'federated-user/fred', '--federated-by', 'user/jill']
    const { text } = await explainIt(...federated, '--session-policy', POLICY(READ), '--json')
    expect(JSON.parse(text)).toMatchObject({
      allowed: true,
      principal: expect.stringContaining('federated-user/fred'),
    })
  })

  it.each([
    [[], /say who with --as/],
    [['--as', 'anonymous', '--principal', 'anonymous'], /say who with --as/],
    [['--as', 'user/nobody'], /No such principal/],
    [['--as', 'user/jill', '--session-policy', POLICY(READ)], /narrows sessions/],
    [['--as', 'role/reader', '--session-policy', '{'], /It is no session policy: Syntax errors in policy/],
  ])('says what is wrong with %o', async (words, message) => {
    await expect(explainIt(...words)).rejects.toThrow(message)
  })
})
