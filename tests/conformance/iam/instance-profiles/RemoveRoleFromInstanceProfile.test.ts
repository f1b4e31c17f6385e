import { RemoveRoleFromInstanceProfileCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../../support/accounts.ts'
import { iamClient, makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { noProfile, profileWith, rolesIn } from '../instance-profiles.suite.ts'

const room = openIamRoom(async ({ server }) => {
  for (const RoleName of ['worker', 'other']) {
    await makeRole(server, { RoleName, AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
  }
})
const remove = (InstanceProfileName: string, RoleName: string, iam = room.iam) =>
  iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }))

it('takes the role out, once', async () => {
  await profileWith(room.iam, 'machines', 'worker')
  const notIn = {
    name: 'NoSuchEntityException',
    message: 'The role with name other is not in Instance Profile machines.',
    $metadata: { httpStatusCode: 404 },
  }
  await expect(remove('machines', 'other')).rejects.toMatchObject(notIn)
  await remove('machines', 'worker')
  expect(await rolesIn(room.iam, 'machines')).toEqual([])
  await expect(remove('machines', 'worker')).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

it('knows no other instance profile and no other role, nor those of other accounts', async () => {
  await profileWith(room.iam, 'own', 'worker')
  await expect(remove('nobody', 'worker')).rejects.toMatchObject(noProfile)
  await expect(remove('own', 'nobody')).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name nobody cannot be found.',
  })
  const removing = remove('own', 'worker', iamClient(room.server, otherCredentials))
  await expect(removing).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  expect(await rolesIn(room.iam, 'own')).toEqual(['worker'])
})

describeIamRequest('RemoveRoleFromInstanceProfile', {
  parameters: { InstanceProfileName: 'machine', RoleName: 'worker' },
  resource: 'instance-profile/team/machine',
})
