import {
  DeleteInstanceProfileCommand,
  GetInstanceProfileCommand,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../../support/accounts.ts'
import { iamClient, makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { noProfile, profileWith } from '../instance-profiles.suite.ts'

const room = openIamRoom()
const remove = (InstanceProfileName: string, iam = room.iam) =>
  iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName }))

it('waits for its role to go first; one of that name made later is another', async () => {
  const role = { RoleName: 'worker', AssumeRolePolicyDocument: trustPolicy(mainAccount.id) }
  await makeRole(room.server, role)
  const InstanceProfileName = await profileWith(room.iam, 'busy', 'worker')
  const idOf = async () => {
    const { InstanceProfile } = await room.iam.send(new GetInstanceProfileCommand({ InstanceProfileName }))
    return InstanceProfile?.InstanceProfileId
  }
  const id = await idOf()
  await expect(remove('busy')).rejects.toMatchObject({
    name: 'DeleteConflictException',
    message: 'Cannot delete entity, must remove roles from instance profile first.',
    $metadata: { httpStatusCode: 409 },
  })
  await room.iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: 'worker' }))
  await remove('busy')
  await expect(idOf()).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  await profileWith(room.iam, 'busy')
  expect(await idOf()).not.toBe(id)
})

it('knows no other, nor those of other accounts', async () => {
  await expect(remove('nobody')).rejects.toMatchObject(noProfile)
  await profileWith(room.iam, 'own')
  const other = iamClient(room.server, otherCredentials)
  await expect(remove('own', other)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('DeleteInstanceProfile', {
  parameters: { InstanceProfileName: 'machine' },
  resource: 'instance-profile/team/machine',
})
