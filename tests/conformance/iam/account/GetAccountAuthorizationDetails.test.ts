import {
  AddUserToGroupCommand,
  CreatePolicyVersionCommand,
  GetAccountAuthorizationDetailsCommand,
  type GetAccountAuthorizationDetailsCommandInput,
  type GetAccountAuthorizationDetailsCommandOutput,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../../support/accounts.ts'
import { iamClient, trustPolicy } from '../../../support/identity-clients.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { awsPolicy, group, role, user } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { profileWith } from '../instance-profiles.suite.ts'
import { makePolicy, ownPolicy, textOf } from '../own-policies.suite.ts'
import { asShown, boundedRole, boundedUser } from '../permissions-boundaries.suite.ts'

const inline = { PolicyName: 'inline', PolicyDocument: textOf('inline') }
const shownText = (Sid: string) => encodeURIComponent(textOf(Sid)).replaceAll('*', '%2A')
const readOnly = awsPolicy('ReadOnlyAccess')
const Tags = [{ Key: 'team', Value: 'a' }]

const room = openIamRoom(async (opened) => {
  const { iam } = opened
  for (const holder of [user, group, role]) {
    await holder.make(opened, 'some')
    await holder.attach(iam, 'some', readOnly)
  }
  await user.make(opened, 'other')
  await iam.send(new AddUserToGroupCommand({ GroupName: 'some', UserName: 'some' }))
  await iam.send(new PutUserPolicyCommand({ UserName: 'some', ...inline }))
  await iam.send(new PutGroupPolicyCommand({ GroupName: 'some', ...inline }))
  await iam.send(new PutRolePolicyCommand({ RoleName: 'some', ...inline }))
  await iam.send(new TagUserCommand({ UserName: 'some', Tags }))
  await profileWith(iam, 'machines', 'some')
  const PolicyArn = await makePolicy(opened, 'own', { Description: 'Own.' })
  const second = { PolicyArn, PolicyDocument: textOf('second'), SetAsDefault: true }
  await iam.send(new CreatePolicyVersionCommand(second))
  await boundedUser.put(iam, 'some', PolicyArn)
  await boundedRole.put(iam, 'some', PolicyArn)
})

const details = (input: GetAccountAuthorizationDetailsCommandInput = {}, iam = room.iam) =>
  iam.send(new GetAccountAuthorizationDetailsCommand(input))

const attached = [{ PolicyName: 'ReadOnlyAccess', PolicyArn: readOnly }]
const inlineShown = [{ PolicyName: 'inline', PolicyDocument: shownText('inline') }]
const arnOf = (what: string) => `arn:aws:iam::${mainAccount.id}:${what}`

it('tells all of users, groups and roles', async () => {
  const { UserDetailList, GroupDetailList, RoleDetailList, IsTruncated } = await details()
  expect(IsTruncated).toBe(false)
  expect(UserDetailList?.map(({ UserName }) => UserName)).toEqual(['other', 'some'])
  expect(UserDetailList?.[0]).toMatchObject({
    UserPolicyList: [],
    GroupList: [],
    AttachedManagedPolicies: [],
    Tags: [],
  })
  const boundary = { PermissionsBoundary: asShown(ownPolicy('own')) }
  expect(UserDetailList?.[1]).toEqual({
    Path: '/',
    UserName: 'some',
    UserId: expect.stringMatching(/^AIDA/),
    Arn: arnOf('user/some'),
    CreateDate: expect.any(Date),
    UserPolicyList: inlineShown,
    GroupList: ['some'],
    AttachedManagedPolicies: attached,
    Tags,
    ...boundary,
  })
  expect(GroupDetailList).toEqual([
    {
      Path: '/',
      GroupName: 'some',
      GroupId: expect.stringMatching(/^AGPA/),
      Arn: arnOf('group/some'),
      CreateDate: expect.any(Date),
      GroupPolicyList: inlineShown,
      AttachedManagedPolicies: attached,
    },
  ])
  expect(RoleDetailList).toEqual([
    {
      Path: '/',
      RoleName: 'some',
      RoleId: expect.stringMatching(/^AROA/),
      Arn: arnOf('role/some'),
      CreateDate: expect.any(Date),
      AssumeRolePolicyDocument: encodeURIComponent(trustPolicy(mainAccount.id)),
      InstanceProfileList: [
        expect.objectContaining({
          InstanceProfileName: 'machines',
          Arn: arnOf('instance-profile/machines'),
          Roles: [expect.objectContaining({ RoleName: 'some', Arn: arnOf('role/some') })],
        }),
      ],
      RolePolicyList: inlineShown,
      AttachedManagedPolicies: attached,
      Tags: [],
      RoleLastUsed: {},
      ...boundary,
    },
  ])
})

it('tells all of policies, with the documents of all versions', async () => {
  const { Policies = [] } = await details({ Filter: ['LocalManagedPolicy'] })
  expect(Policies).toEqual([
    {
      PolicyName: 'own',
      PolicyId: expect.stringMatching(/^ANPA/),
      Arn: ownPolicy('own'),
      Path: '/',
      DefaultVersionId: 'v2',
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 2,
      IsAttachable: true,
      Description: 'Own.',
      CreateDate: expect.any(Date),
      UpdateDate: expect.any(Date),
      PolicyVersionList: [
        {
          VersionId: 'v2',
          IsDefaultVersion: true,
          CreateDate: expect.any(Date),
          Document: shownText('second'),
        },
        {
          VersionId: 'v1',
          IsDefaultVersion: false,
          CreateDate: expect.any(Date),
          Document: shownText('first'),
        },
      ],
    },
  ])
  const ofAws = (await details({ Filter: ['AWSManagedPolicy'] })).Policies ?? []
  expect(ofAws).toHaveLength(12)
  const shown = ofAws.find(({ Arn }) => Arn === readOnly)
  expect(shown).toMatchObject({ AttachmentCount: 3, PolicyVersionList: [{ IsDefaultVersion: true }] })
  expect(decodeURIComponent(shown?.PolicyVersionList?.[0]?.Document ?? '')).toContain('"s3:Get*"')
})

/** The names in an answer, with what they are of. */
function namesIn(answer: GetAccountAuthorizationDetailsCommandOutput): string[] {
  return [
    ...(answer.UserDetailList ?? []).map(({ UserName }) => `user ${UserName}`),
    ...(answer.GroupDetailList ?? []).map(({ GroupName }) => `group ${GroupName}`),
    ...(answer.RoleDetailList ?? []).map(({ RoleName }) => `role ${RoleName}`),
    ...(answer.Policies ?? []).map(({ PolicyName }) => `policy ${PolicyName}`),
  ]
}

it('goes through all in pages of any size', async () => {
  const all = namesIn(await details())
  expect(all).toHaveLength(17)
  for (const MaxItems of [1, 2, 5, 15, 16, 1000]) {
    const seen: string[] = []
    for (let Marker: string | undefined; ;) {
      const page = await details({ MaxItems, Marker })
      expect(namesIn(page).length).toBeLessThanOrEqual(MaxItems)
      seen.push(...namesIn(page))
      Marker = page.Marker
      if (!page.IsTruncated) break
    }
    expect(seen).toEqual(all)
  }
})

it.each([
  [['User'], ['user other', 'user some']],
  [
    ['Group', 'Role'],
    ['group some', 'role some'],
  ],
  [
    ['Role', 'Group'],
    ['group some', 'role some'],
  ],
  [
    ['LocalManagedPolicy', 'User'],
    ['user other', 'user some', 'policy own'],
  ],
] as const)('tells of %j alone', async (Filter, names) => {
  expect(namesIn(await details({ Filter: [...Filter] }))).toEqual(names)
})

it('tells nothing of other accounts', async () => {
  const others = await details({}, iamClient(room.server, otherCredentials))
  expect(namesIn(others).filter((name) => !name.startsWith('policy '))).toEqual([])
  expect(others.Policies?.every(({ AttachmentCount }) => AttachmentCount === 0)).toBe(true)
})

it('knows no other marker and no other kind', async () => {
  await expect(details({ Marker: '9:x' })).rejects.toMatchObject({ name: 'ValidationError' })
  const parameters = { Action: 'GetAccountAuthorizationDetails', 'Filter.member.1': 'Cat' }
  const answer = await queryRequest(room.server, 'iam', parameters)
  expect([answer.status, answer.errorCode]).toEqual([400, 'ValidationError'])
})

describeIamRequest('GetAccountAuthorizationDetails', { resource: '*' })
