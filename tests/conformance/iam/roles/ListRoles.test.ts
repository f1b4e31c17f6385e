import { ListRolesCommand, type ListRolesCommandInput, TagRoleCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { iamClient, makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { mainAccount, otherCredentials } from '../../../support/accounts.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it("lists an account's roles, by path and in pages", async () => {
  const AssumeRolePolicyDocument = trustPolicy(mainAccount.id)
  for (const [Path, RoleName = ''] of [
    ['/', 'zoe'],
    ['/', 'Adam'],
    ['/team/a/', 'bob'],
    ['/teams/', 'dora'],
  ]) {
    await makeRole(room.server, { Path, RoleName, AssumeRolePolicyDocument })
  }
  await room.iam.send(new TagRoleCommand({ RoleName: 'bob', Tags: [{ Key: 'k', Value: 'v' }] }))
  const list = async (input: ListRolesCommandInput) => {
    const { Roles = [], Marker } = await room.iam.send(new ListRolesCommand(input))
    return { names: Roles.map(({ RoleName }) => RoleName), Marker, Roles }
  }
  expect((await list({})).names).toEqual(['Adam', 'bob', 'dora', 'zoe'])
  const { names, Roles } = await list({ PathPrefix: '/team/' })
  expect(names).toEqual(['bob'])
  // Tags are shown of one role alone.
  expect(Roles[0]).toMatchObject({ AssumeRolePolicyDocument: encodeURIComponent(AssumeRolePolicyDocument) })
  expect(Roles[0]).not.toHaveProperty('Tags')
  const first = await list({ MaxItems: 3 })
  expect(first.names).toHaveLength(3)
  expect((await list({ Marker: first.Marker })).names).toEqual(['zoe'])
  expect((await iamClient(room.server, otherCredentials).send(new ListRolesCommand())).Roles).toEqual([])
})

describeIamRequest('ListRoles', { parameters: { PathPrefix: '/team/' }, resource: 'role/team/' })
