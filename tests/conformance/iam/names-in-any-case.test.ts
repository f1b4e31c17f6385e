import {
  AddRoleToInstanceProfileCommand,
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreateUserCommand,
  DeleteUserCommand,
  GetGroupCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetUserCommand,
  RemoveUserFromGroupCommand,
  SimulatePrincipalPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { expect, it } from 'vitest'
import { mainAccount } from '../../support/accounts.ts'
import { iamClient, makeRole, makeUser, stsClient, trustPolicy } from '../../support/identity-clients.ts'
import { openIamRoom } from './iam-room.suite.ts'

/*
 * Names are not distinguished by case, and told as they were given; in policies and ARNs the case counts. Sources: IAM API Reference,
 * CreateUser; IAM User Guide, "IAM and AWS STS quotas" and "Create a role to delegate permissions to an IAM user".
 */

const arn = (what: string) => `arn:aws:iam::${mainAccount.id}:${what}`
const room = openIamRoom(async ({ iam, server }) => {
  await iam.send(new CreateUserCommand({ UserName: 'Jane', Path: '/team/' }))
  await iam.send(new CreateGroupCommand({ GroupName: 'Gang' }))
  await makeRole(server, { RoleName: 'Worker', AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'Machine' }))
})

it('users, groups, roles and instance profiles are found in any case, and told as they are spelt', async () => {
  const { iam } = room
  const { User } = await iam.send(new GetUserCommand({ UserName: 'JANE' }))
  expect(User).toMatchObject({ UserName: 'Jane', Arn: arn('user/team/Jane') })
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'worker' }))
  expect(Role).toMatchObject({ RoleName: 'Worker', Arn: arn('role/Worker') })
  await iam.send(new AddUserToGroupCommand({ GroupName: 'gANG', UserName: 'jane' }))
  const { Group, Users = [] } = await iam.send(new GetGroupCommand({ GroupName: 'GANG' }))
  expect([Group?.GroupName, Users.map(({ UserName }) => UserName)]).toEqual(['Gang', ['Jane']])
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'machine', RoleName: 'WORKER' }))
  const found = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName: 'MACHINE' }))
  expect(found.InstanceProfile).toMatchObject({
    InstanceProfileName: 'Machine',
    Roles: [{ RoleName: 'Worker' }],
  })
  await iam.send(new RemoveUserFromGroupCommand({ GroupName: 'gang', UserName: 'JANE' }))
  expect((await iam.send(new GetGroupCommand({ GroupName: 'Gang' }))).Users).toEqual([])
})

it('a permission is on the name as it is spelt, however it is asked for', async () => {
  const rule = (Effect: string, Action: string, Resource: string) => ({ Effect, Action, Resource })
  const credentials = await makeUser(
    room.server,
    'reader',
    rule('Allow', 'iam:GetUser', arn('user/team/Jane')),
    rule('Allow', 'iam:DeleteUser', '*'),
    rule('Deny', 'iam:DeleteUser', arn('user/team/Jane')),
  )
  const iam = iamClient(room.server, credentials)
  expect((await iam.send(new GetUserCommand({ UserName: 'jANE' }))).User?.UserName).toBe('Jane')
  const deleting = iam.send(new DeleteUserCommand({ UserName: 'JANE' }))
  await expect(deleting).rejects.toMatchObject({ name: 'AccessDenied' })
  const otherwise = await makeUser(room.server, 'other', rule('Allow', 'iam:GetUser', arn('user/team/JANE')))
  const getting = iamClient(room.server, otherwise).send(new GetUserCommand({ UserName: 'JANE' }))
  await expect(getting).rejects.toMatchObject({ name: 'AccessDenied' })
})

it('an ARN is another one in another case', async () => {
  const { iam, server } = room
  const may = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }
  const sts = stsClient(server, await makeUser(server, 'assumer', may))
  const assume = (RoleArn: string) => sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }))
  await assume(arn('role/Worker'))
  await expect(assume(arn('role/worker'))).rejects.toMatchObject({ name: 'AccessDenied' })
  const trusting = new UpdateAssumeRolePolicyCommand({
    RoleName: 'worker',
    PolicyDocument: trustPolicy(arn('user/team/JANE')),
  })
  await expect(iam.send(trusting)).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' })
  for (const PolicySourceArn of [arn('group/gang'), arn('user/team/JANE'), arn('role/worker')]) {
    const simulating = iam.send(
      new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames: ['s3:GetObject'] }),
    )
    await expect(simulating).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  }
})
