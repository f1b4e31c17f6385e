import { ListInstanceProfilesCommand, type ListInstanceProfilesCommandInput } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../../support/accounts.ts'
import { iamClient, makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { profileWith } from '../instance-profiles.suite.ts'

const room = openIamRoom(async ({ server, iam }) => {
  await makeRole(server, { RoleName: 'worker', AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
  const Tags = [{ Key: 'team', Value: 'a' }]
  await profileWith(iam, 'b', 'worker', { Tags })
  await profileWith(iam, 'A')
  await profileWith(iam, 'c', undefined, { Path: '/team/' })
  await profileWith(iam, 'd', 'worker', { Path: '/team/ci/' })
})

const list = async (input: ListInstanceProfilesCommandInput = {}, iam = room.iam) => {
  const { InstanceProfiles = [], ...rest } = await iam.send(new ListInstanceProfilesCommand(input))
  return {
    ...rest,
    profiles: InstanceProfiles,
    names: InstanceProfiles.map((one) => one.InstanceProfileName),
  }
}

it('lists them by path and name, with their roles and without tags', async () => {
  const { names, profiles, IsTruncated } = await list()
  expect([names, IsTruncated]).toEqual([['A', 'b', 'c', 'd'], false])
  expect(profiles.map(({ Roles }) => Roles?.map(({ RoleName }) => RoleName))).toEqual([
    [],
    ['worker'],
    [],
    ['worker'],
  ])
  expect(profiles.some(({ Tags }) => Tags)).toBe(false)
})

it('lists those of a path, and in pages', async () => {
  expect((await list({ PathPrefix: '/team/' })).names).toEqual(['c', 'd'])
  expect((await list({ PathPrefix: '/team/ci' })).names).toEqual(['d'])
  expect((await list({ PathPrefix: '/none/' })).names).toEqual([])
  const first = await list({ MaxItems: 3 })
  expect([first.names, first.IsTruncated]).toEqual([['A', 'b', 'c'], true])
  const rest = await list({ Marker: first.Marker })
  expect([rest.names, rest.IsTruncated]).toEqual([['d'], false])
  await expect(list({ Marker: 'x' })).rejects.toMatchObject({ name: 'ValidationError' })
})

it('lists none of another account', async () => {
  expect((await list({}, iamClient(room.server, otherCredentials))).names).toEqual([])
})

describeIamRequest('ListInstanceProfiles', {
  parameters: { PathPrefix: '/team/' },
  resource: 'instance-profile/team/',
})
