import {
  CreateUserCommand,
  ListEntitiesForPolicyCommand,
  type ListEntitiesForPolicyCommandInput,
  PutUserPermissionsBoundaryCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherCredentials } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { awsPolicy, group, role, user } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makePolicy } from '../own-policies.suite.ts'

const PolicyArn = awsPolicy('ReadOnlyAccess')
const room = openIamRoom(async (opened) => {
  for (const holder of [user, group, role]) {
    await holder.make(opened, 'Holder')
    await holder.attach(opened.iam, 'Holder', PolicyArn)
    await holder.make(opened, 'without')
    await holder.attach(opened.iam, 'without', awsPolicy('IAMFullAccess'))
  }
  await opened.iam.send(new CreateUserCommand({ UserName: 'Far', Path: '/far/' }))
  await user.attach(opened.iam, 'Far', PolicyArn)
})

async function list(input: Partial<ListEntitiesForPolicyCommandInput> = {}, iam = room.iam) {
  const answer = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn, ...input }))
  const { PolicyUsers = [], PolicyGroups = [], PolicyRoles = [] } = answer
  const names = [
    ...PolicyUsers.map(({ UserName }) => `user ${UserName}`),
    ...PolicyGroups.map(({ GroupName }) => `group ${GroupName}`),
    ...PolicyRoles.map(({ RoleName }) => `role ${RoleName}`),
  ]
  return { ...answer, names: names.toSorted() }
}

const ALL = ['group Holder', 'role Holder', 'user Far', 'user Holder']

it('lists whom a policy is attached to, by name and id, in pages', async () => {
  const { names, PolicyUsers, PolicyGroups, PolicyRoles, IsTruncated } = await list()
  expect([names, IsTruncated]).toEqual([ALL, false])
  expect(PolicyUsers?.[0]?.UserId).toMatch(/^AIDA/)
  expect(PolicyGroups?.[0]?.GroupId).toMatch(/^AGPA/)
  expect(PolicyRoles?.[0]?.RoleId).toMatch(/^AROA/)
  const first = await list({ MaxItems: 3 })
  const rest = await list({ Marker: first.Marker })
  expect([first.IsTruncated, [...first.names, ...rest.names].toSorted()]).toEqual([true, ALL])
  expect((await list({}, iamClient(room.server, otherCredentials))).names).toEqual([])
})

it.each([
  [{ EntityFilter: 'User' }, ['user Far', 'user Holder']],
  [{ EntityFilter: 'Group' }, ['group Holder']],
  [{ EntityFilter: 'Role' }, ['role Holder']],
  [{ EntityFilter: 'AWSManagedPolicy' }, []],
  [{ PathPrefix: '/far/' }, ['user Far']],
  [{ PolicyUsageFilter: 'PermissionsPolicy' }, ALL],
  [{ PolicyUsageFilter: 'PermissionsBoundary' }, []],
] as const)('lists those of %j', async (input, names) => {
  expect((await list(input)).names).toEqual(names)
})

it('lists once, over all pages, who has it attached and as a boundary', async () => {
  const PolicyArn = await makePolicy(room, 'twice')
  for (const UserName of ['both', 'bounded']) {
    await user.make(room, UserName)
    await room.iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: PolicyArn }))
  }
  await user.attach(room.iam, 'both', PolicyArn)
  const names = []
  let Marker: string | undefined
  do {
    const page = await list({ PolicyArn, MaxItems: 1, Marker })
    names.push(...page.names)
    Marker = page.Marker
  } while (Marker !== undefined)
  expect(names).toEqual(['user both', 'user bounded'])
  expect((await list({ PolicyArn })).names).toEqual(names)
  const boundaries = await list({ PolicyArn, PolicyUsageFilter: 'PermissionsBoundary' })
  expect(boundaries.names).toEqual(names)
})

it('lists nobody who has it no more', async () => {
  await user.make(room, 'former')
  await user.attach(room.iam, 'former', PolicyArn)
  await user.detach(room.iam, 'former', PolicyArn)
  expect((await list()).names).toEqual(ALL)
})

it('lists those of an own policy', async () => {
  const PolicyArn = await makePolicy(room, 'own')
  expect((await list({ PolicyArn })).names).toEqual([])
  for (const holder of [user, group, role]) await holder.attach(room.iam, 'Holder', PolicyArn)
  expect((await list({ PolicyArn })).names).toEqual(['group Holder', 'role Holder', 'user Holder'])
})

it('knows no other policy', async () => {
  const asking = list({ PolicyArn: awsPolicy('readonlyaccess') })
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('ListEntitiesForPolicy', {
  parameters: { PolicyArn: 'arn:aws:iam::100000000001:policy/p' },
  resource: 'policy/p',
})
