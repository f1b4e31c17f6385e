import { SimulateCustomPolicyCommand, type SimulateCustomPolicyCommandInput } from '@aws-sdk/client-iam'
import { describe, expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

const HOME = '100000000001'
const ABROAD = '999999999999'
const JILL = `arn:aws:iam::${HOME}:user/team/jill`
const policy = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement }, undefined, 4)
const READ = { Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::b-1/*' }
const DENY = { Effect: 'Deny', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b-1/secret/*' }

async function simulate(input: Partial<SimulateCustomPolicyCommandInput>) {
  const request = { PolicyInputList: [policy(READ, DENY)], ActionNames: ['s3:GetObject'], ...input }
  return room.iam.send(new SimulateCustomPolicyCommand(request))
}

/** Of one action. */
async function result(input: Partial<SimulateCustomPolicyCommandInput>) {
  const { EvaluationResults = [] } = await simulate(input)
  expect(EvaluationResults).toHaveLength(1)
  const [only] = EvaluationResults
  if (!only) throw new Error('there is one')
  return only
}

const outcomeOf = (asking: Promise<unknown>): Promise<unknown> =>
  asking.then(
    () => 'taken',
    (error: Error) => error.name,
  )

const verdict = async (input: Partial<SimulateCustomPolicyCommandInput>) => (await result(input)).EvalDecision

describe('what is decided', () => {
  it('names the statements that lead to it, and where they stand', async () => {
    const answer = await simulate({ ResourceArns: ['arn:aws:s3:::b-1/k', 'arn:aws:s3:::b-1/secret/k'] })
    const statement = (start: [number, number], end: [number, number]) => ({
      SourcePolicyId: 'PolicyInputList.1',
      SourcePolicyType: 'none',
      StartPosition: { Line: start[0], Column: start[1] },
      EndPosition: { Line: end[0], Column: end[1] },
    })
    const [reads, denies] = [statement([3, 19], [8, 10]), statement([8, 11], [13, 10])]
    expect(answer).toMatchObject({ IsTruncated: false })
    expect(answer.EvaluationResults).toEqual([
      {
        EvalActionName: 's3:GetObject',
        EvalResourceName: 'arn:${Partition}:s3:::${BucketName}/${KeyName}',
        EvalDecision: 'explicitDeny',
        MatchedStatements: [denies],
        MissingContextValues: [],
        EvalDecisionDetails: {},
        ResourceSpecificResults: [
          {
            EvalResourceName: 'arn:aws:s3:::b-1/k',
            EvalResourceDecision: 'allowed',
            MatchedStatements: [reads],
            MissingContextValues: [],
          },
          {
            EvalResourceName: 'arn:aws:s3:::b-1/secret/k',
            EvalResourceDecision: 'explicitDeny',
            MatchedStatements: [denies],
            MissingContextValues: [],
          },
        ],
      },
    ])
  })

  it('is implicitly denied where nothing says anything', async () => {
    const answer = await result({ ResourceArns: ['arn:aws:s3:::other/k'] })
    expect(answer).toMatchObject({ EvalDecision: 'implicitDeny', MatchedStatements: [] })
  })

  it('is about all resources where none is named', async () => {
    const all = policy({ ...READ, Resource: '*' })
    for (const ResourceArns of [undefined, ['*']]) {
      const answer = await result({ PolicyInputList: [all], ResourceArns })
      expect(answer).toMatchObject({ EvalDecision: 'allowed', MissingContextValues: [] })
      expect(Object.keys(answer)).not.toContain('ResourceSpecificResults')
      expect(Object.keys(answer)).not.toContain('EvalDecisionDetails')
    }
    expect(await verdict({})).toBe('implicitDeny')
  })

  it('reports the strictest of all resources', async () => {
    const of = (...keys: string[]) => verdict({ ResourceArns: keys.map((key) => `arn:aws:s3:::b-1/${key}`) })
    expect(await of('a', 'b')).toBe('allowed')
    expect(await of('a', 'secret/b')).toBe('explicitDeny')
    expect(await verdict({ ResourceArns: ['arn:aws:s3:::b-1/a', 'arn:aws:s3:::b-2/a'] })).toBe('implicitDeny')
  })

  it('comes of all policies together', async () => {
    const PolicyInputList = [policy(DENY), policy(READ)]
    const answer = await result({ PolicyInputList, ResourceArns: ['arn:aws:s3:::b-1/k'] })
    expect(answer.MatchedStatements).toMatchObject([{ SourcePolicyId: 'PolicyInputList.2' }])
  })

  it('is of any service', async () => {
    const PolicyInputList = [
      policy({ Effect: 'Allow', Action: 'sqs:Send*', Resource: `arn:aws:sqs:*:${HOME}:q*` }),
    ]
    const ActionNames = [
      'sqs:SendMessage',
      'kms:Decrypt',
      'iam:GetUser',
      'iam:AddUserToGroup',
      'iam:ListUsers',
    ]
    const ResourceArns = [`arn:aws:sqs:eu-west-1:${HOME}:queue`]
    const { EvaluationResults = [] } = await simulate({ PolicyInputList, ActionNames, ResourceArns })
    expect(
      EvaluationResults.map(({ EvalDecision, EvalResourceName }) => [EvalDecision, EvalResourceName]),
    ).toEqual([
      ['allowed', '*'],
      ['implicitDeny', 'arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}'],
      ['implicitDeny', 'arn:${Partition}:iam::${Account}:user/${UserNameWithPath}'],
      ['implicitDeny', 'arn:${Partition}:iam::${Account}:group/${GroupNameWithPath}'],
      ['implicitDeny', '*'],
    ])
  })
})

describe('condition keys', () => {
  const Condition = {
    IpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
    StringLike: { 's3:prefix': '${aws:PrincipalTag/Team}/*' },
  }
  const PolicyInputList = [
    policy(
      { ...READ, Condition },
      { ...READ, Action: 's3:Put*', Condition: { Null: { 'aws:SourceVpc': 'true' } } },
    ),
  ]
  const ResourceArns = ['arn:aws:s3:::b-1/k']
  const entry = (ContextKeyName: string, ContextKeyType: 'string' | 'ip', ...ContextKeyValues: string[]) => ({
    ContextKeyName,
    ContextKeyType,
    ContextKeyValues,
  })
  const given = [
    entry('aws:sourceip', 'ip', '10.1.2.3'),
    entry('s3:prefix', 'string', 'red/x'),
    entry('aws:PrincipalTag/Team', 'string', 'red'),
  ]

  it('that are missing are listed, as the policy spells them', async () => {
    const answer = await result({ PolicyInputList, ResourceArns })
    expect(answer.EvalDecision).toBe('implicitDeny')
    const missing = ['aws:SourceIp', 's3:prefix', 'aws:PrincipalTag/Team']
    expect(answer.MissingContextValues).toEqual(missing)
    expect(answer.ResourceSpecificResults).toMatchObject([{ MissingContextValues: missing }])
    const some = await result({ PolicyInputList, ResourceArns, ContextEntries: given.slice(0, 1) })
    expect(some.MissingContextValues).toEqual(missing.slice(1))
  })

  it('count', async () => {
    const answer = await result({ PolicyInputList, ResourceArns, ContextEntries: given })
    expect(answer).toMatchObject({ EvalDecision: 'allowed', MissingContextValues: [] })
    const far = [entry('aws:SourceIp', 'ip', '192.0.2.1'), ...given.slice(1)]
    expect(await verdict({ PolicyInputList, ResourceArns, ContextEntries: far })).toBe('implicitDeny')
  })

  it('are missing too where a resource needs them', async () => {
    const own = [policy({ ...READ, Resource: 'arn:aws:s3:::b-1/${aws:username}/*' })]
    const asked = { PolicyInputList: own, ResourceArns: ['arn:aws:s3:::b-1/jill/k'] }
    expect((await result(asked)).MissingContextValues).toEqual(['aws:username'])
    expect(await verdict({ ...asked, CallerArn: JILL })).toBe('allowed')
    expect(await verdict({ ...asked, ContextEntries: [entry('aws:username', 'string', 'jill')] })).toBe(
      'allowed',
    )
    expect(await verdict({ ...asked, ContextEntries: [entry('aws:username', 'string', 'jack')] })).toBe(
      'implicitDeny',
    )
  })

  it.each([
    ['numeric', ['12.5'], true],
    ['numeric', ['twelve'], false],
    ['numericList', ['1', '2'], true],
    ['numeric', ['1', '2'], false],
    ['string', [], false],
    ['stringList', [], true],
    ['boolean', ['true'], true],
    ['boolean', ['yes'], false],
    ['booleanList', ['true', 'no'], false],
    ['ip', ['10.0.0.1'], true],
    ['ip', ['2001:db8::1'], true],
    ['ip', ['here'], false],
    ['date', ['2026-11-28T00:00:00Z'], true],
    ['date', ['1700000000'], true],
    ['date', ['tomorrow'], false],
    ['binary', ['QUJD'], true],
    ['binary', ['!'], false],
  ] as const)('are of their types: %s %j: %s', async (ContextKeyType, ContextKeyValues, isGood) => {
    const entries = [{ ContextKeyName: 'aws:key', ContextKeyType, ContextKeyValues: [...ContextKeyValues] }]
    const asking = simulate({ ContextEntries: entries })
    expect(await outcomeOf(asking)).toBe(isGood ? 'taken' : 'InvalidInputException')
  })
})

describe('a permissions boundary', () => {
  const ResourceArns = ['arn:aws:s3:::b-1/k']

  it.each([
    ['allows it too', READ, 'allowed', ['PolicyInputList.1'], true],
    ['does not allow it', { ...READ, Action: 's3:List*', Resource: '*' }, 'implicitDeny', [], false],
    [
      'denies it',
      { ...READ, Effect: 'Deny' },
      'explicitDeny',
      ['PermissionsBoundaryPolicyInputList.1'],
      false,
    ],
  ])('that %s', async (_, statement, decision, decided, AllowedByPermissionsBoundary) => {
    const answer = await result({ ResourceArns, PermissionsBoundaryPolicyInputList: [policy(statement)] })
    const detail = { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary } }
    expect(answer).toMatchObject({ EvalDecision: decision, ...detail })
    expect(answer.ResourceSpecificResults).toMatchObject([detail])
    const sources = answer.MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId)
    expect(sources).toEqual(decided)
  })

  it('is told of where there is one alone', async () => {
    expect((await result({ ResourceArns })).PermissionsBoundaryDecisionDetail).toBeUndefined()
  })
})

describe('a policy of the resource', () => {
  const ResourceArns = ['arn:aws:s3:::b-1/other/k']
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: JILL },
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::b-1/*',
  }
  const asked = { ActionNames: ['s3:PutObject'], ResourceArns, CallerArn: JILL }

  it('is enough within an account', async () => {
    const answer = await result({ ...asked, ResourcePolicy: policy(statement) })
    expect(answer).toMatchObject({
      EvalDecision: 'allowed',
      EvalDecisionDetails: {},
      MatchedStatements: [{ SourcePolicyId: 'ResourcePolicy', SourcePolicyType: 'resource' }],
    })
    const others = { ...statement, Principal: { AWS: `${JILL}x` } }
    expect(await verdict({ ...asked, ResourcePolicy: policy(others) })).toBe('implicitDeny')
    const denies = { ...statement, Effect: 'Deny', Principal: '*' }
    expect(await verdict({ ...asked, ResourcePolicy: policy(statement, denies) })).toBe('explicitDeny')
  })

  it('is not enough across accounts, where both are told of', async () => {
    const ResourceOwner = `arn:aws:iam::${ABROAD}:root`
    const lacking = await result({ ...asked, ResourceOwner, ResourcePolicy: policy(statement) })
    const details = { 'IAM Policy': 'implicitDeny', 'Resource Policy': 'allowed' }
    expect(lacking).toMatchObject({ EvalDecision: 'implicitDeny', EvalDecisionDetails: details })
    expect(lacking.ResourceSpecificResults).toMatchObject([{ EvalDecisionDetails: details }])
    const PolicyInputList = [policy({ ...READ, Action: 's3:PutObject' })]
    const both = await result({ ...asked, ResourceOwner, PolicyInputList, ResourcePolicy: policy(statement) })
    expect(both).toMatchObject({
      EvalDecision: 'allowed',
      EvalDecisionDetails: { 'IAM Policy': 'allowed', 'Resource Policy': 'allowed' },
      MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1' }, { SourcePolicyId: 'ResourcePolicy' }],
    })
    const none = await result({ ...asked, ResourceOwner, PolicyInputList })
    expect(none).toMatchObject({
      EvalDecision: 'implicitDeny',
      EvalDecisionDetails: { 'Resource Policy': 'implicitDeny' },
    })
  })

  it.each([
    ['kms:Decrypt', `arn:aws:kms:us-east-1:${HOME}:key/k`, { Resource: '*' }],
    ['sts:AssumeRole', `arn:aws:iam::${HOME}:role/r`, {}],
  ])('of a key or role has to allow it: %s', async (action, arn, more) => {
    const of = (AWS: string) => policy({ Effect: 'Allow', Principal: { AWS }, Action: action, ...more })
    const PolicyInputList = [policy({ Effect: 'Allow', Action: action, Resource: '*' })]
    const request = { PolicyInputList, ActionNames: [action], ResourceArns: [arn], CallerArn: JILL }
    expect(await verdict({ ...request, ResourcePolicy: of(HOME) })).toBe('allowed')
    expect(await verdict({ ...request, ResourcePolicy: of(ABROAD) })).toBe('implicitDeny')
    const nothing = { ...request, PolicyInputList: [policy(READ)] }
    expect(await verdict({ ...nothing, ResourcePolicy: of(HOME) })).toBe('implicitDeny')
    expect(await verdict({ ...nothing, ResourcePolicy: of(JILL) })).toBe('allowed')
  })
})

describe('scenarios of EC2', () => {
  const arns = (...types: string[]) => types.map((type) => `arn:aws:ec2:us-east-1:${HOME}:${type}/x`)
  const all = arns('instance', 'image', 'security-group', 'network-interface')

  it.each([
    ['EC2-VPC-InstanceStore', all, true],
    ['EC2-VPC-InstanceStore', all.slice(1), false],
    ['EC2-VPC-EBS', all, false],
    ['EC2-VPC-EBS-Subnet', [...all, ...arns('subnet', 'volume')], true],
    ['EC2-Moon', all, false],
  ])('have their resources: %s', async (ResourceHandlingOption, ResourceArns, isGood) => {
    const asking = simulate({ ActionNames: ['ec2:RunInstances'], ResourceArns, ResourceHandlingOption })
    expect(await outcomeOf(asking)).toBe(isGood ? 'taken' : 'InvalidInputException')
  })
})

it('answers page by page', async () => {
  const ActionNames = ['s3:GetObject', 's3:PutObject', 's3:GetObjectAcl']
  const first = await simulate({ ActionNames, MaxItems: 2 })
  expect(first).toMatchObject({ IsTruncated: true, Marker: expect.any(String) as string })
  const second = await simulate({ ActionNames, MaxItems: 2, Marker: first.Marker })
  expect(second.IsTruncated).toBe(false)
  const named = [first, second].flatMap(({ EvaluationResults = [] }) =>
    EvaluationResults.map(({ EvalActionName }) => EvalActionName),
  )
  expect(named).toEqual(ActionNames)
  await expect(simulate({ Marker: 'x' })).rejects.toMatchObject({ name: 'ValidationError' })
})

it('answers many resources while it serves others', async () => {
  const ResourceArns = Array.from({ length: 3000 }, (_, number) => `arn:aws:s3:::b-1/${number}`)
  const ActionNames = ['s3:GetObject', 's3:PutObject', 's3:GetObjectAcl', 's3:GetObjectTagging']
  const answer = await simulate({ ResourceArns, ActionNames })
  // Of 12,000 decisions as many actions as have 10,000.
  expect(answer).toMatchObject({ IsTruncated: true, EvaluationResults: { length: 3 } })
})

it.each([
  ['no policy', { PolicyInputList: ['{}'] }],
  ['a policy with a principal', { PolicyInputList: [policy({ ...READ, Principal: '*' })] }],
  ['two boundaries', { PermissionsBoundaryPolicyInputList: [policy(READ), policy(READ)] }],
  ['an action with a wildcard', { ActionNames: ['s3:Get*'] }],
  ['an action of no service', { ActionNames: ['GetObject'] }],
  ['a resource that is none', { ResourceArns: ['bucket'] }],
  ['an owner that is none', { ResourceArns: ['arn:aws:s3:::b-1/k'], ResourceOwner: 'me' }],
  ['a session as the caller', { CallerArn: `arn:aws:sts::${HOME}:assumed-role/r/s` }],
  ['a service as the caller', { CallerArn: 's3.amazonaws.com' }],
  ['a resource policy and no caller', { ResourcePolicy: policy({ ...READ, Principal: '*' }) }],
  [
    'a resource policy and a role',
    { ResourcePolicy: policy({ ...READ, Principal: '*' }), CallerArn: `arn:aws:iam::${HOME}:role/r` },
  ],
  [
    'a resource policy of another bucket',
    {
      ResourcePolicy: policy({ ...READ, Principal: '*' }),
      CallerArn: JILL,
      ResourceArns: ['arn:aws:s3:::b-1/k', 'arn:aws:s3:::b-2/k'],
    },
  ],
  ['a resource policy that is none', { ResourcePolicy: '{', CallerArn: JILL }],
])('takes no %s', async (_, input) => {
  await expect(simulate(input)).rejects.toMatchObject({
    name: 'InvalidInputException',
    $metadata: { httpStatusCode: 400 },
  })
})

it('has no organizations', async () => {
  const OrderedOrganizationPolicyInputList = [{ ServiceControlPolicyInputList: [policy(READ)] }]
  await expect(simulate({ OrderedOrganizationPolicyInputList })).rejects.toMatchObject({
    name: 'NotImplemented',
  })
})

describeIamRequest('SimulateCustomPolicy', {
  parameters: { 'PolicyInputList.member.1': policy(READ), 'ActionNames.member.1': 's3:GetObject' },
  resource: '*',
})

describe('of many statements', () => {
  const many = (count: number) =>
    JSON.stringify({ Version: '2012-10-17', Statement: Array.from({ length: count }, () => ({ ...READ })) })
  const resources = (count: number) =>
    Array.from({ length: count }, (_, index) => `arn:aws:s3:::b-1/${index}`)

  it('tells each, with its place', async () => {
    const answer = await result({ PolicyInputList: [many(1500)], ResourceArns: resources(10) })
    expect(answer.MatchedStatements).toHaveLength(1500)
    expect(answer.ResourceSpecificResults?.[9]?.MatchedStatements?.[1499]).toMatchObject({
      StartPosition: { Line: 1 },
    })
  })

  it('refuses to tell of more than an answer has room for', async () => {
    const asking = simulate({ PolicyInputList: [many(1500)], ResourceArns: resources(40) })
    expect(await outcomeOf(asking)).toBe('InvalidInputException')
  })
})
