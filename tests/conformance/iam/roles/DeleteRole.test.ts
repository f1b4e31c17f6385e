import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { mainAccount } from '../../../support/accounts.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { profileWith } from '../instance-profiles.suite.ts'

const room = openIamRoom()

it('waits for policies to go first; one of that name made later is another', async () => {
  const role = { RoleName: 'busy', AssumeRolePolicyDocument: trustPolicy(mainAccount.id) }
  const { RoleName } = role
  await makeRole(room.server, role, { Effect: 'Allow', Action: 's3:*', Resource: '*' })
  const idOf = async () => (await room.iam.send(new GetRoleCommand({ RoleName }))).Role?.RoleId
  const id = await idOf()
  const remove = () => room.iam.send(new DeleteRoleCommand({ RoleName }))
  await expect(remove()).rejects.toMatchObject({
    name: 'DeleteConflictException',
    message: 'Cannot delete entity, must delete policies first.',
    $metadata: { httpStatusCode: 409 },
  })
  await room.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'own' }))
  await remove()
  await expect(remove()).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  await makeRole(room.server, role)
  expect(await idOf()).not.toBe(id)
})

it('waits until it is in no instance profile any more', async () => {
  const RoleName = 'of-machines'
  await makeRole(room.server, { RoleName, AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
  const InstanceProfileName = await profileWith(room.iam, 'machines', RoleName)
  const remove = () => room.iam.send(new DeleteRoleCommand({ RoleName }))
  await expect(remove()).rejects.toMatchObject({
    name: 'DeleteConflictException',
    message: 'Cannot delete entity, must remove roles from instance profile first.',
    $metadata: { httpStatusCode: 409 },
  })
  await room.iam.send(new RemoveRoleFromInstanceProfileCommand({ RoleName, InstanceProfileName }))
  await remove()
})

describeIamRequest('DeleteRole', { parameters: { RoleName: 'worker' }, resource: 'role/team/worker' })
