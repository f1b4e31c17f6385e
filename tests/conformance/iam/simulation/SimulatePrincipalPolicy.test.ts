import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam'
import { describe, expect, it } from 'vitest'
import { makeRole, putPolicy, trustPolicy } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const HOME = '100000000001'
const arn = (name: string): string => `arn:aws:iam::${HOME}:${name}`
const JILL = arn('user/team/jill')
const policy = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement })
const statement = (Action: string, more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more })

const room = openIamRoom(async ({ iam, server }) => {
  await iam.send(
    new CreateUserCommand({ UserName: 'jill', Path: '/team/', Tags: [{ Key: 'team', Value: 'red' }] }),
  )
  await putPolicy(iam, 'jill', statement('s3:PutObject'))
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
  await iam.send(new AttachUserPolicyCommand({ UserName: 'jill', PolicyArn }))
  const GroupName = 'gang'
  await iam.send(new CreateGroupCommand({ GroupName }))
  const PolicyDocument = policy(statement('s3:DeleteObject'))
  await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'of-gang', PolicyDocument }))
  await iam.send(
    new AttachGroupPolicyCommand({ GroupName, PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }),
  )
  const own = await iam.send(
    new CreatePolicyCommand({
      PolicyName: 'Keys',
      Path: '/team/',
      PolicyDocument: policy(statement('kms:Encrypt')),
    }),
  )
  await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: own.Policy?.Arn }))
  await iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'jill' }))
  const AssumeRolePolicyDocument = trustPolicy(HOME)
  await makeRole(server, { RoleName: 'worker', AssumeRolePolicyDocument }, statement('kms:Decrypt'))
})

async function simulate(input: Partial<SimulatePrincipalPolicyCommandInput>) {
  const request = { PolicySourceArn: JILL, ActionNames: ['s3:GetObject'], ...input }
  const { EvaluationResults = [] } = await room.iam.send(new SimulatePrincipalPolicyCommand(request))
  return EvaluationResults
}

/** What is decided on each action, and by which policies. */
async function decisions(input: Partial<SimulatePrincipalPolicyCommandInput>) {
  return (await simulate(input)).map(({ EvalDecision, MatchedStatements = [] }) => [
    EvalDecision,
    ...MatchedStatements.map(
      ({ SourcePolicyType, SourcePolicyId }) => `${SourcePolicyType} ${SourcePolicyId}`,
    ),
  ])
}

const ACTIONS = [
  's3:PutObject',
  's3:GetObject',
  's3:DeleteObject',
  'iam:GetUser',
  'kms:Encrypt',
  'kms:Decrypt',
]
const NOT = ['implicitDeny']

describe('the policies are those', () => {
  it('of a user and its groups, attached and inline', async () => {
    expect(await decisions({ ActionNames: ACTIONS })).toEqual([
      ['allowed', 'user own'],
      ['allowed', 'aws-managed AmazonS3ReadOnlyAccess'],
      ['allowed', 'group of-gang'],
      ['allowed', 'aws-managed IAMReadOnlyAccess'],
      ['allowed', 'user-managed Keys'],
      NOT,
    ])
  })

  it('of a group', async () => {
    expect(await decisions({ PolicySourceArn: arn('group/gang'), ActionNames: ACTIONS })).toEqual([
      NOT,
      NOT,
      ['allowed', 'group of-gang'],
      ['allowed', 'aws-managed IAMReadOnlyAccess'],
      ['allowed', 'user-managed Keys'],
      NOT,
    ])
  })

  it('of a role', async () => {
    expect(await decisions({ PolicySourceArn: arn('role/worker'), ActionNames: ACTIONS })).toEqual([
      NOT,
      NOT,
      NOT,
      NOT,
      NOT,
      ['allowed', 'role own'],
    ])
  })

  it('and those that come with the request', async () => {
    const PolicyInputList = [
      policy(statement('kms:*')),
      policy(statement('s3:PutObject', { Effect: 'Deny' })),
    ]
    expect(await decisions({ PolicyInputList, ActionNames: ['kms:Decrypt', 's3:PutObject'] })).toEqual([
      ['allowed', 'none PolicyInputList.1'],
      ['explicitDeny', 'none PolicyInputList.2'],
    ])
  })

  it('but for those that are left out', async () => {
    const kept = async (
      ...PolicyExclusionList: SimulatePrincipalPolicyCommandInput['PolicyExclusionList'] & object
    ) =>
      (await decisions({ ActionNames: ACTIONS.slice(0, 5), PolicyExclusionList }))
        .map(([is]) => (is === 'allowed' ? '+' : '.'))
        .join('')
    const inline = (PolicyName: string, AttachmentType: 'user' | 'group', AttachmentName: string) => ({
      InlinePolicyIdentifier: { PolicyName, AttachmentType, AttachmentName },
    })
    expect(await kept({ PolicyType: 'inline' })).toBe('.+.++')
    expect(await kept({ PolicyType: 'aws-managed' })).toBe('+.+.+')
    expect(await kept({ PolicyType: 'user-managed' })).toBe('++++.')
    expect(await kept({ PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3*' })).toBe('+.+++')
    expect(await kept({ PolicyArn: 'arn:aws:iam::aws:policy/IAM????OnlyAccess' })).toBe('+++.+')
    expect(await kept({ PolicyArn: arn('policy/team/K*') })).toBe('++++.')
    expect(await kept(inline('own', 'user', 'j*l'))).toBe('.++++')
    expect(await kept(inline('own', 'group', 'jill'))).toBe('+++++')
    expect(await kept(inline('of-gang', 'group', 'gan?'), { PolicyType: 'scp' })).toBe('++.++')
  })
})

it('a boundary that comes with the request narrows them', async () => {
  const PermissionsBoundaryPolicyInputList = [policy(statement('s3:*'))]
  const results = await simulate({
    ActionNames: ['s3:GetObject', 'iam:GetUser'],
    PermissionsBoundaryPolicyInputList,
  })
  expect(results).toMatchObject([
    { EvalDecision: 'allowed', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true } },
    {
      EvalDecision: 'implicitDeny',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    },
  ])
})

it('the boundary of a user or role counts, unless another one comes with the request or it is left out', async () => {
  const UserName = 'bounded'
  await room.iam.send(new CreateUserCommand({ UserName }))
  await putPolicy(room.iam, UserName, statement('s3:*'))
  const PolicyDocument = policy(statement('s3:Get*'), statement('s3:GetObjectAcl', { Effect: 'Deny' }))
  const made = await room.iam.send(new CreatePolicyCommand({ PolicyName: 'Limit', PolicyDocument }))
  const PermissionsBoundary = made.Policy?.Arn
  await room.iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }))
  const PolicySourceArn = arn('user/bounded')
  const ActionNames = ['s3:GetObject', 's3:PutObject', 's3:GetObjectAcl']
  const asked = { PolicySourceArn, ActionNames }
  expect(await decisions(asked)).toEqual([
    ['allowed', 'user own'],
    NOT,
    ['explicitDeny', 'user-managed Limit'],
  ])
  const boundaries = (await simulate(asked)).map(
    ({ PermissionsBoundaryDecisionDetail: detail }) => detail?.AllowedByPermissionsBoundary,
  )
  expect(boundaries).toEqual([true, false, false])
  const allowed = ['allowed', 'user own']
  const PermissionsBoundaryPolicyInputList = [policy(statement('*'))]
  expect(await decisions({ ...asked, PermissionsBoundaryPolicyInputList })).toEqual([
    allowed,
    allowed,
    allowed,
  ])
  const PolicyExclusionList = [{ PolicyType: 'permission-boundary' as const }]
  expect(await decisions({ ...asked, PolicyExclusionList })).toEqual([allowed, allowed, allowed])
})

describe('the caller', () => {
  const own = policy({
    Effect: 'Allow',
    Action: 's3:GetBucketAcl',
    Resource: 'arn:aws:s3:::${aws:PrincipalTag/team}-${aws:username}',
  })
  const asked = { PolicySourceArn: JILL, PolicyInputList: [own], ActionNames: ['s3:GetBucketAcl'] }
  const exclude = { PolicyExclusionList: [{ PolicyType: 'aws-managed' as const }] }

  it('is the user that the policies are of, with its name and tags', async () => {
    const ResourceArns = ['arn:aws:s3:::red-jill']
    expect(await decisions({ ...asked, ...exclude, ResourceArns })).toEqual([
      ['allowed', 'none PolicyInputList.1'],
    ])
    expect(await decisions({ ...asked, ...exclude, ResourceArns: ['arn:aws:s3:::red-jack'] })).toEqual([NOT])
  })

  it('or another one with its policies', async () => {
    const [result] = await simulate({
      ...asked,
      ...exclude,
      ResourceArns: ['arn:aws:s3:::red-bob'],
      CallerArn: arn('user/bob'),
    })
    expect(result).toMatchObject({
      EvalDecision: 'implicitDeny',
      MissingContextValues: ['aws:PrincipalTag/team'],
    })
  })

  it('is whom a policy of the resource names', async () => {
    const ResourcePolicy = (AWS: string) =>
      policy({ Effect: 'Allow', Principal: { AWS }, Action: 's3:PutBucketAcl', Resource: 'arn:aws:s3:::b-1' })
    const request = { ActionNames: ['s3:PutBucketAcl'], ResourceArns: ['arn:aws:s3:::b-1'] }
    const granted = [['allowed', 'resource ResourcePolicy']]
    expect(await decisions({ ...request, ResourcePolicy: ResourcePolicy(JILL) })).toEqual(granted)
    const bob = { ...request, ResourcePolicy: ResourcePolicy(arn('user/bob')) }
    expect(await decisions(bob)).toEqual([NOT])
    expect(await decisions({ ...bob, CallerArn: arn('user/bob') })).toEqual(granted)
    expect(
      await decisions({ ...bob, PolicySourceArn: arn('group/gang'), CallerArn: arn('user/bob') }),
    ).toEqual(granted)
    const role = simulate({ ...bob, PolicySourceArn: arn('role/worker') })
    await expect(role).rejects.toMatchObject({ name: 'InvalidInputException' })
  })
})

it.each([
  ['user/nobody', 'The user with name nobody cannot be found.'],
  ['user/jill', 'The user with name jill cannot be found.'],
  ['group/other/gang', 'The group with name gang cannot be found.'],
  ['role/nobody', 'The role with name nobody cannot be found.'],
])('there is no %s', async (name, message) => {
  await expect(simulate({ PolicySourceArn: arn(name) })).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message,
  })
})

it('of another account there is nobody', async () => {
  const PolicySourceArn = 'arn:aws:iam::100000000002:user/jill'
  await expect(simulate({ PolicySourceArn })).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

it.each([
  { PolicySourceArn: arn('policy/jill-likes') },
  { PolicySourceArn: `arn:aws:sts::${HOME}:assumed-role/worker/s` },
  { PolicyExclusionList: [{ PolicyType: 'all' as 'scp' }] },
  { PolicyExclusionList: [{ PolicyArn: 'arn:aws:iam::aws:policy/*a*' }] },
  { PolicyExclusionList: [{ PolicyArn: 'arn:aws:s3:::bucket-of-somebody' }] },
  { PolicyInputList: ['{"Statement":[]}'] },
])('takes no %o', async (input) => {
  await expect(simulate(input)).rejects.toMatchObject({ name: 'InvalidInputException' })
})

describeIamRequest('SimulatePrincipalPolicy', {
  parameters: {
    PolicySourceArn: arn('user/team/somebody'),
    'ActionNames.member.1': 's3:GetObject',
  },
  resource: 'user/team/somebody',
})
