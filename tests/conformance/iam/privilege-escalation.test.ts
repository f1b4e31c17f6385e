import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  type IAMClient,
  ListUsersCommand,
  PutGroupPolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetFederationTokenCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Credentials, mainAccount, otherCredentials } from '../../support/accounts.ts'
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
import { startTestServer } from '../../support/server.ts'

/*
 * Each way to more power that IAM has, taken by a user on itself or on what it can reach: refused unless a policy says so, and
 * then it works. Power is to list the account's users.
 */

const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess'
const POWER = { Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' }
const NO_POWER = { ...POWER, Effect: 'Deny' }
const LITTLE = { ...POWER, Action: 's3:ListAllMyBuckets' }
const policy = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement })
const arn = (rest: string): string => `arn:aws:iam::${mainAccount.id}:${rest}`

let server: TestServer
let iam: IAMClient
beforeAll(async () => {
  server = await startTestServer()
  iam = iamClient(server)
  await iam.send(new CreateGroupCommand({ GroupName: 'admins' }))
  await iam.send(new AttachGroupPolicyCommand({ GroupName: 'admins', PolicyArn: ADMINISTRATOR }))
  return () => server[Symbol.asyncDispose]()
})

interface Way {
  readonly action: string
  /** Where the permission stands. */
  readonly resource: (me: string) => string
  readonly parameters: (me: string) => Readonly<Record<string, string>>
  /** What there is before. */
  readonly prepare?: (me: string) => Promise<unknown>
  /** What the user may besides, if it is to matter that the way is taken. */
  readonly held?: readonly object[]
  /** Whom to look for power in, afterwards; the user itself if not given. */
  readonly powerOf?: (me: string, credentials: Credentials, answer: string) => Promise<Credentials>
}

const itself = (me: string): string => arn(`user/${me}`)
const ofRole = (me: string): string => arn(`role/${me}`)
const ofPolicy = (me: string): string => arn(`policy/${me}`)

async function ownPolicyOf(me: string, ...statements: readonly object[]): Promise<void> {
  await iam.send(new CreatePolicyCommand({ PolicyName: me, PolicyDocument: policy(...statements) }))
  await iam.send(new AttachUserPolicyCommand({ UserName: me, PolicyArn: ofPolicy(me) }))
}

async function groupOf(me: string, ...statements: readonly object[]): Promise<void> {
  await iam.send(new CreateGroupCommand({ GroupName: me }))
  const PolicyDocument = policy(...statements)
  await iam.send(new PutGroupPolicyCommand({ GroupName: me, PolicyName: 'p', PolicyDocument }))
  await iam.send(new AddUserToGroupCommand({ GroupName: me, UserName: me }))
}

/** A role that trusts the user, or somebody else. */
const roleOf = (me: string, trusted: string, ...statements: readonly object[]) =>
  makeRole(server, { RoleName: me, AssumeRolePolicyDocument: trustPolicy(trusted) }, ...statements)

async function asRole(me: string, credentials: Credentials): Promise<Credentials> {
  const assuming = new AssumeRoleCommand({ RoleArn: ofRole(me), RoleSessionName: 'session' })
  return sessionOf((await stsClient(server, credentials).send(assuming)).Credentials)
}

const keyIn = async (_: string, __: Credentials, answer: string): Promise<Credentials> => ({
  accessKeyId: /<AccessKeyId>(.*)<\/AccessKeyId>/.exec(answer)?.[1] ?? '',
  secretAccessKey: /<SecretAccessKey>(.*)<\/SecretAccessKey>/.exec(answer)?.[1] ?? '',
})

async function bossOf(me: string): Promise<void> {
  const UserName = `${me}-boss`
  await iam.send(new CreateUserCommand({ UserName }))
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: ADMINISTRATOR }))
}

async function boundedBy(me: string, ...statements: readonly object[]): Promise<void> {
  const made = new CreatePolicyCommand({ PolicyName: me, PolicyDocument: policy(...statements) })
  await iam.send(made)
  await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: me, PermissionsBoundary: ofPolicy(me) }))
}

const MEMBER = { 'Tags.member.1.Key': 'rank', 'Tags.member.1.Value': 'admin' }

const WAYS: readonly Way[] = [
  {
    action: 'iam:PutUserPolicy',
    resource: itself,
    parameters: (UserName) => ({ UserName, PolicyName: 'more', PolicyDocument: policy(POWER) }),
  },
  {
    action: 'iam:AttachUserPolicy',
    resource: itself,
    parameters: (UserName) => ({ UserName, PolicyArn: ADMINISTRATOR }),
  },
  {
    action: 'iam:AddUserToGroup',
    resource: () => arn('group/admins'),
    parameters: (UserName) => ({ UserName, GroupName: 'admins' }),
  },
  {
    action: 'iam:PutGroupPolicy',
    resource: (me) => arn(`group/${me}`),
    prepare: (me) => groupOf(me, LITTLE),
    parameters: (GroupName) => ({ GroupName, PolicyName: 'more', PolicyDocument: policy(POWER) }),
  },
  {
    action: 'iam:AttachGroupPolicy',
    resource: (me) => arn(`group/${me}`),
    prepare: (me) => groupOf(me, LITTLE),
    parameters: (GroupName) => ({ GroupName, PolicyArn: ADMINISTRATOR }),
  },
  {
    action: 'iam:RemoveUserFromGroup',
    resource: (me) => arn(`group/${me}`),
    prepare: (me) => groupOf(me, NO_POWER),
    held: [POWER],
    parameters: (me) => ({ GroupName: me, UserName: me }),
  },
  {
    action: 'iam:CreatePolicyVersion',
    resource: ofPolicy,
    prepare: (me) => ownPolicyOf(me, LITTLE),
    parameters: (me) => ({
      PolicyArn: ofPolicy(me),
      PolicyDocument: policy(POWER),
      SetAsDefault: 'true',
    }),
  },
  {
    action: 'iam:SetDefaultPolicyVersion',
    resource: ofPolicy,
    async prepare(me) {
      await ownPolicyOf(me, LITTLE)
      const more = { PolicyArn: ofPolicy(me), PolicyDocument: policy(POWER) }
      await iam.send(new CreatePolicyVersionCommand(more))
    },
    parameters: (me) => ({ PolicyArn: ofPolicy(me), VersionId: 'v2' }),
  },
  {
    action: 'iam:DeleteUserPolicy',
    resource: itself,
    prepare: (UserName) =>
      iam.send(
        new PutUserPolicyCommand({ UserName, PolicyName: 'denies', PolicyDocument: policy(NO_POWER) }),
      ),
    held: [POWER],
    parameters: (UserName) => ({ UserName, PolicyName: 'denies' }),
  },
  {
    action: 'iam:DetachUserPolicy',
    resource: itself,
    prepare: (me) => ownPolicyOf(me, NO_POWER),
    held: [POWER],
    parameters: (me) => ({ UserName: me, PolicyArn: ofPolicy(me) }),
  },
  {
    action: 'iam:PutUserPermissionsBoundary',
    resource: itself,
    prepare: (me) => boundedBy(me, { ...POWER, Action: 'iam:Put*' }),
    held: [POWER],
    parameters: (UserName) => ({ UserName, PermissionsBoundary: ADMINISTRATOR }),
  },
  {
    action: 'iam:DeleteUserPermissionsBoundary',
    resource: itself,
    prepare: (me) => boundedBy(me, { ...POWER, Action: 'iam:Delete*' }),
    held: [POWER],
    parameters: (UserName) => ({ UserName }),
  },
  {
    action: 'iam:TagUser',
    resource: itself,
    held: [{ ...POWER, Condition: { StringEquals: { 'aws:PrincipalTag/rank': 'admin' } } }],
    parameters: (UserName) => ({ UserName, ...MEMBER }),
  },
  {
    action: 'iam:CreateAccessKey',
    resource: (me) => arn(`user/${me}-boss`),
    prepare: bossOf,
    parameters: (me) => ({ UserName: `${me}-boss` }),
    powerOf: keyIn,
  },
  {
    action: 'iam:UpdateAssumeRolePolicy',
    resource: ofRole,
    async prepare(me) {
      await bossOf(me)
      await roleOf(me, itself(`${me}-boss`), POWER)
    },
    parameters: (me) => ({ RoleName: me, PolicyDocument: trustPolicy(itself(me)) }),
    powerOf: asRole,
  },
  {
    action: 'iam:PutRolePolicy',
    resource: ofRole,
    prepare: (me) => roleOf(me, itself(me), LITTLE),
    parameters: (RoleName) => ({ RoleName, PolicyName: 'more', PolicyDocument: policy(POWER) }),
    powerOf: asRole,
  },
  {
    action: 'iam:AttachRolePolicy',
    resource: ofRole,
    prepare: (me) => roleOf(me, itself(me), LITTLE),
    parameters: (RoleName) => ({ RoleName, PolicyArn: ADMINISTRATOR }),
    powerOf: asRole,
  },
  {
    action: 'iam:DeleteRolePermissionsBoundary',
    resource: ofRole,
    async prepare(me) {
      await roleOf(me, itself(me), POWER)
      const PermissionsBoundary = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
      await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: me, PermissionsBoundary }))
    },
    parameters: (RoleName) => ({ RoleName }),
    powerOf: asRole,
  },
  {
    action: 'sts:AssumeRole',
    resource: ofRole,
    prepare: (me) => roleOf(me, mainAccount.id, POWER),
    parameters: (me) => ({ RoleArn: ofRole(me), RoleSessionName: 'session' }),
    powerOf: asRole,
  },
]

let count = 0

/** A user who may what the statements say, at the foot of the way. */
async function climber({ prepare, held = [] }: Way, ...statements: readonly object[]) {
  const me = `climber-${(count += 1)}`
  const credentials = await makeUser(server, me)
  await putPolicy(iam, me, LITTLE, ...held, ...statements)
  await prepare?.(me)
  return { me, credentials }
}

async function take({ action, parameters }: Way, me: string, credentials: Credentials) {
  const [service = '', Action = ''] = action.split(':')
  return queryRequest(
    server,
    service === 'sts' ? 'sts' : 'iam',
    { Action, ...parameters(me) },
    { credentials },
  )
}

async function hasPower(credentials: Credentials): Promise<boolean> {
  return iamClient(server, credentials)
    .send(new ListUsersCommand())
    .then(
      () => true,
      () => false,
    )
}

describe.each(WAYS.map((way) => [way.action, way] as const))('%s', (action, way) => {
  const allowed = (me: string) => ({ Effect: 'Allow', Action: action, Resource: way.resource(me) })
  const REFUSED: readonly (readonly [string, (me: string) => readonly object[]])[] = [
    ['without a policy that allows it', () => []],
    [
      'with one about somebody else',
      (me) => [{ ...allowed(me), Resource: way.resource('somebody-else').replace('admins', 'others') }],
    ],
    [
      'with one for other actions',
      (me) => [{ ...allowed(me), Action: ['iam:Get*', 'iam:List*Tags', 's3:*'] }],
    ],
    ['where another one denies it', (me) => [allowed(me), { ...allowed(me), Effect: 'Deny', Resource: '*' }]],
  ]

  it.each(REFUSED)('is refused %s', async (_, statements) => {
    const { me, credentials } = await climber(way)
    await putPolicy(iam, me, LITTLE, ...(way.held ?? []), ...statements(me))
    const answer = await take(way, me, credentials)
    expect([answer.status, answer.errorCode]).toEqual([403, 'AccessDenied'])
    expect(await hasPower(credentials)).toBe(false)
  })

  it('is done where a policy says so, and gives power then', async () => {
    const { me, credentials } = await climber(way)
    expect(await hasPower(credentials)).toBe(false)
    await putPolicy(iam, me, LITTLE, ...(way.held ?? []), allowed(me))
    const answer = await take(way, me, credentials)
    expect([answer.status, answer.errorCode]).toEqual([200, undefined])
    const powerful = (await way.powerOf?.(me, credentials, answer.text)) ?? credentials
    expect(await hasPower(powerful)).toBe(true)
  })
})

describe('sessions are no way', () => {
  const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' }
  const mayAll = { Effect: 'Allow', Action: 'sts:*', Resource: '*' }

  it('a policy of a session gives nothing that its user or role has not', async () => {
    const credentials = await makeUser(server, 'narrow', LITTLE, mayAll)
    const sts = stsClient(server, credentials)
    const Policy = policy(EVERYTHING)
    const federated = await sts.send(new GetFederationTokenCommand({ Name: 'wide', Policy }))
    expect(await hasPower(sessionOf(federated.Credentials))).toBe(false)
    await roleOf('narrow', itself('narrow'), LITTLE)
    const RoleArn = ofRole('narrow')
    const assumed = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'wide', Policy }))
    expect(await hasPower(sessionOf(assumed.Credentials))).toBe(false)
  })

  it('sessions of users and federated ones call neither IAM nor begin others, whatever the user may', async () => {
    const credentials = await makeUser(server, 'mighty', EVERYTHING)
    const sts = stsClient(server, credentials)
    const own = sessionOf((await sts.send(new GetSessionTokenCommand())).Credentials)
    const asked = new GetFederationTokenCommand({ Name: 'fred', Policy: policy(EVERYTHING) })
    const federated = sessionOf((await sts.send(asked)).Credentials)
    for (const session of [own, federated]) {
      expect(await hasPower(session)).toBe(false)
      const Action = 'CreateAccessKey'
      const key = await queryRequest(server, 'iam', { Action, UserName: 'mighty' }, { credentials: session })
      expect([key.status, key.errorCode]).toEqual([403, 'InvalidClientTokenId'])
      const again = stsClient(server, session).send(new GetSessionTokenCommand())
      await expect(again).rejects.toMatchObject({ name: 'AccessDenied' })
    }
  })

  it('tags of a session are no tags that a policy keeps for the user, unless it may tag sessions', async () => {
    const credentials = await makeUser(server, 'tagger', { ...mayAll, Action: 'sts:AssumeRole' })
    const power = { ...POWER, Condition: { StringEquals: { 'aws:PrincipalTag/rank': 'admin' } } }
    await roleOf('tagged', itself('tagger'), power)
    const asking = {
      RoleArn: ofRole('tagged'),
      RoleSessionName: 'session',
      Tags: [{ Key: 'rank', Value: 'admin' }],
    }
    const assuming = stsClient(server, credentials).send(new AssumeRoleCommand(asking))
    await expect(assuming).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

describe('other accounts are out of reach', () => {
  it('whatever a policy says of their ARNs', async () => {
    const abroad = { url: server.url, credentials: otherCredentials }
    const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' }
    const credentials = await makeUser(abroad, 'stranger', EVERYTHING)
    await bossOf('prey')
    const UserName = 'prey-boss'
    for (const Action of ['CreateAccessKey', 'GetUser', 'ListUserPolicies', 'DeleteUser']) {
      const answer = await queryRequest(server, 'iam', { Action, UserName }, { credentials })
      expect([Action, answer.errorCode]).toEqual([Action, 'NoSuchEntity'])
    }
    const simulating = { PolicySourceArn: itself(UserName), ActionNames: ['s3:GetObject'] }
    const asking = iamClient(server, credentials).send(new SimulatePrincipalPolicyCommand(simulating))
    await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  })
})

describe('iam:PassRole', () => {
  /** The decision alone; that PutBucketReplication asks for it is told by its own tests. */
  const passes = async (UserName: string) => {
    const RoleArn = arn('role/passed')
    const answer = await iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: itself(UserName),
        ActionNames: ['iam:PassRole'],
        ResourceArns: [RoleArn],
        ContextEntries: [
          {
            ContextKeyName: 'iam:PassedToService',
            ContextKeyType: 'string',
            ContextKeyValues: ['s3.amazonaws.com'],
          },
        ],
      }),
    )
    return answer.EvaluationResults?.[0]?.EvalDecision
  }

  it('takes a policy that names the role and the service', async () => {
    const allow = { Effect: 'Allow', Action: 'iam:PassRole', Resource: arn('role/passed') }
    const toS3 = { ...allow, Condition: { StringEquals: { 'iam:PassedToService': 's3.amazonaws.com' } } }
    const toOthers = { ...allow, Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } } }
    const users: [name: string, statements: object[], decision: string][] = [
      ['passer', [toS3], 'allowed'],
      ['passer-of-any', [allow], 'allowed'],
      ['passer-to-others', [toOthers], 'implicitDeny'],
      ['passer-of-others', [{ ...allow, Resource: arn('role/other') }], 'implicitDeny'],
      ['reader-of-roles', [{ ...allow, Action: 'iam:GetRole' }], 'implicitDeny'],
      ['denied', [allow, { ...allow, Effect: 'Deny' }], 'explicitDeny'],
    ]
    for (const [name, statements, decision] of users) {
      await makeUser(server, name, ...statements)
      expect([name, await passes(name)]).toEqual([name, decision])
    }
  })
})

it('a role that trusts the account is assumed by nobody whose own policies do not say so', async () => {
  await roleOf('open', mainAccount.id, POWER)
  const credentials = await makeUser(server, 'idle', LITTLE)
  await expect(asRole('open', credentials)).rejects.toMatchObject({ name: 'AccessDenied' })
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'open', PolicyArn: ADMINISTRATOR }))
  await expect(asRole('open', credentials)).rejects.toMatchObject({ name: 'AccessDenied' })
})
