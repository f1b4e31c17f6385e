import { CreatePolicyCommand, GetPolicyCommand, GetPolicyVersionCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherCredentials } from '../../../support/accounts.ts'
import { iamClient, makeUser } from '../../../support/identity-clients.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { listBuckets, makePolicy, ownPolicy, policyText } from '../own-policies.suite.ts'

const room = openIamRoom()
const PolicyDocument = policyText(listBuckets)

it('makes a policy', async () => {
  const Tags = [{ Key: 'team', Value: 'a' }]
  const input = { PolicyName: 'Lister', Path: '/team/', PolicyDocument, Description: 'Lists.', Tags }
  const { Policy } = await room.iam.send(new CreatePolicyCommand(input))
  expect(Policy).toEqual({
    PolicyName: 'Lister',
    PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
    Arn: ownPolicy('team/Lister'),
    Path: '/team/',
    DefaultVersionId: 'v1',
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: expect.any(Date),
    UpdateDate: Policy?.CreateDate,
    Tags,
  })
  const PolicyArn = Policy?.Arn
  const got = await room.iam.send(new GetPolicyCommand({ PolicyArn }))
  expect(got.Policy).toEqual({ ...Policy, Description: 'Lists.' })
  const version = await room.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }))
  expect(version.PolicyVersion).toEqual({
    VersionId: 'v1',
    IsDefaultVersion: true,
    CreateDate: Policy?.CreateDate,
    Document: encodeURIComponent(PolicyDocument).replaceAll('*', '%2A'),
  })
})

it('answers in XML of IAM', async () => {
  const parameters = { Action: 'CreatePolicy', PolicyName: 'raw', PolicyDocument }
  const answer = await queryRequest(room.server, 'iam', parameters)
  expect(answer.status).toBe(200)
  expect(answer.text).toMatch(
    /^<CreatePolicyResponse xmlns="https:\/\/iam.amazonaws.com\/doc\/2010-05-08\/"><CreatePolicyResult><Policy><PolicyName>raw<\/PolicyName>/,
  )
})

it('refuses a name that is taken, in whatever case and path, but not in another account', async () => {
  await makePolicy(room, 'Taken')
  await expect(makePolicy(room, 'tAKEN', { Path: '/elsewhere/' })).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
    message: 'A policy called tAKEN already exists. Duplicate names are not allowed.',
    $metadata: { httpStatusCode: 409 },
  })
  const iam = iamClient(room.server, otherCredentials)
  expect(await makePolicy({ iam }, 'Taken')).toBe('arn:aws:iam::100000000002:policy/Taken')
})

it('is found as it is spelt only', async () => {
  await makePolicy(room, 'Spelt', { Path: '/a/' })
  for (const name of ['a/spelt', 'A/Spelt', 'Spelt', 'a/b/Spelt', 'a//Spelt']) {
    const asking = room.iam.send(new GetPolicyCommand({ PolicyArn: ownPolicy(name) }))
    await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  }
})

it('makes one of many that ask for a name at once', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => makePolicy(room, 'once')))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

it.each([policyText(listBuckets).replace('2012', '2008'), JSON.stringify({ Statement: listBuckets })])(
  'takes %s of no policy that it manages: it is of the older version',
  async (PolicyDocument) => {
    await expect(makePolicy(room, 'older', { PolicyDocument })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: 'Policy document must be version 2012-10-17 or greater.',
    })
  },
)

it.each([
  '{',
  '{"Version":"2012-10-17","Statement":[]}',
  policyText({ ...listBuckets, Principal: '*' }),
  policyText({ Effect: 'Allow', Action: 's3:*' }),
])('refuses the document %s', async (text) => {
  const making = makePolicy(room, 'malformed', { PolicyDocument: text })
  await expect(making).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' })
})

it('holds 6,144 characters, white space apart', async () => {
  const text = (length: number) => {
    const empty = policyText({ Sid: '', ...listBuckets })
    return policyText({ Sid: 'x'.repeat(length - empty.length), ...listBuckets })
  }
  await makePolicy(room, 'longest', { PolicyDocument: text(6144).replace('{', `{${' '.repeat(20_000)}`) })
  await expect(makePolicy(room, 'longer', { PolicyDocument: text(6145) })).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Cannot exceed quota for PolicySize: 6144',
    $metadata: { httpStatusCode: 409 },
  })
})

it.each([
  [{ PolicyName: 'a b' }, "at 'policyName' failed"],
  [{ PolicyName: 'x'.repeat(129) }, 'less than or equal to 128'],
  [{ Path: 'a/' }, "at 'path' failed"],
  [{ Description: 'x'.repeat(1001) }, 'less than or equal to 1000'],
])('refuses %j', async (input, message) => {
  await expect(makePolicy(room, 'strange', input)).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining(message),
  })
})

it('refuses tags that are none', async () => {
  const Tags = ['a', 'a'].map((Key) => ({ Key, Value: '' }))
  await expect(makePolicy(room, 'tagged', { Tags })).rejects.toMatchObject({ name: 'InvalidInputException' })
})

it('is held to conditions on the tags of the request', async () => {
  const Condition = { StringEquals: { 'aws:RequestTag/team': 'a' } }
  const may = { Effect: 'Allow', Action: ['iam:CreatePolicy', 'iam:TagPolicy'], Resource: '*', Condition }
  const iam = iamClient(room.server, await makeUser(room.server, 'maker', may))
  await makePolicy({ iam }, 'of-team', { Tags: [{ Key: 'team', Value: 'a' }] })
  await expect(makePolicy({ iam }, 'of-nobody')).rejects.toMatchObject({ name: 'AccessDenied' })
})

describeIamRequest('CreatePolicy', {
  parameters: { PolicyName: 'new', Path: '/team/', PolicyDocument },
  resource: 'policy/team/new',
})
