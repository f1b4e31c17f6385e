import { DeleteRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { mainAccount } from '../../../support/accounts.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom(async ({ server }) => {
  await makeRole(server, { RoleName: 'Reader', AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
})

it.each(['nobody', 'rEADER'])('does not know %s', async (RoleName) => {
  await expect(room.iam.send(new GetRoleCommand({ RoleName }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: `The role with name ${RoleName} cannot be found.`,
    $metadata: { httpStatusCode: 404 },
  })
})

it('shows whom it trusts by name, and by id once they are gone', async () => {
  const iamArn = await makeRole(room.server, {
    RoleName: 'trusted',
    AssumeRolePolicyDocument: trustPolicy(mainAccount.id),
  })
  await makeRole(room.server, { RoleName: 'trusting', AssumeRolePolicyDocument: trustPolicy(iamArn) })
  const shown = async () => {
    const { Role } = await room.iam.send(new GetRoleCommand({ RoleName: 'trusting' }))
    return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')
  }
  expect(await shown()).toBe(trustPolicy(iamArn))
  const { Role } = await room.iam.send(new GetRoleCommand({ RoleName: 'trusted' }))
  await room.iam.send(new DeleteRoleCommand({ RoleName: 'trusted' }))
  await makeRole(room.server, { RoleName: 'trusted', AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
  expect(await shown()).toBe(trustPolicy(Role?.RoleId ?? ''))
})

describeIamRequest('GetRole', { parameters: { RoleName: 'worker' }, resource: 'role/team/worker' })
