import {
  ListInstanceProfilesForRoleCommand,
  type ListInstanceProfilesForRoleCommandInput,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount } from '../../../support/accounts.ts'
import { makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { profileWith } from '../instance-profiles.suite.ts'

const room = openIamRoom(async ({ server }) => {
  for (const RoleName of ['alone', 'busy', 'other']) {
    await makeRole(server, { RoleName, AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
  }
})
const list = (RoleName: string, page: Partial<ListInstanceProfilesForRoleCommandInput> = {}) =>
  room.iam.send(new ListInstanceProfilesForRoleCommand({ RoleName, ...page }))

it('tells of none, so that a role can be deleted by clients that ask first', async () => {
  expect(await list('alone')).toMatchObject({ InstanceProfiles: [], IsTruncated: false })
})

it('tells of those that a role is in, in pages', async () => {
  for (const name of ['a', 'b', 'c']) await profileWith(room.iam, name, 'busy', { Path: '/ci/' })
  await profileWith(room.iam, 'd', 'other')
  const names = async (page: Partial<ListInstanceProfilesForRoleCommandInput> = {}) => {
    const { InstanceProfiles = [], IsTruncated, Marker } = await list('busy', page)
    return { names: InstanceProfiles.map((one) => one.InstanceProfileName), IsTruncated, Marker }
  }
  expect(await names()).toMatchObject({ names: ['a', 'b', 'c'], IsTruncated: false })
  const first = await names({ MaxItems: 2 })
  expect(first).toMatchObject({ names: ['a', 'b'], IsTruncated: true })
  expect(await names({ Marker: first.Marker })).toMatchObject({ names: ['c'], IsTruncated: false })
  const { InstanceProfiles } = await list('other')
  expect(InstanceProfiles).toMatchObject([{ Path: '/', Roles: [{ RoleName: 'other' }] }])
  const removed = { InstanceProfileName: 'b', RoleName: 'busy' }
  await room.iam.send(new RemoveRoleFromInstanceProfileCommand(removed))
  expect((await names()).names).toEqual(['a', 'c'])
})

it('knows no role that is not there', async () => {
  await expect(list('nobody')).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    $metadata: { httpStatusCode: 404 },
  })
})

describeIamRequest('ListInstanceProfilesForRole', {
  parameters: { RoleName: 'worker' },
  resource: 'role/team/worker',
})
