import { GetRoleCommand, UpdateRoleDescriptionCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount } from '../../../support/accounts.ts'
import { makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const RoleName = 'described'
const room = openIamRoom(({ server }) =>
  makeRole(server, { RoleName, Description: 'old', AssumeRolePolicyDocument: trustPolicy(mainAccount.id) }),
)

it('changes the description and shows the role with it', async () => {
  const { Role } = await room.iam.send(new UpdateRoleDescriptionCommand({ RoleName, Description: 'new' }))
  expect(Role).toMatchObject({ RoleName, Description: 'new' })
  const shown = await room.iam.send(new GetRoleCommand({ RoleName }))
  expect(shown.Role).toMatchObject({ Description: 'new' })
})

it('refuses a role that is not there, and one of more than 1,000 characters', async () => {
  const asking = (input: { RoleName: string; Description: string }) =>
    room.iam.send(new UpdateRoleDescriptionCommand(input))
  await expect(asking({ RoleName: 'nobody', Description: 'x' })).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    $metadata: { httpStatusCode: 404 },
  })
  await expect(asking({ RoleName, Description: 'x'.repeat(1001) })).rejects.toMatchObject({
    name: 'ValidationError',
  })
})

describeIamRequest('UpdateRoleDescription', {
  parameters: { RoleName: 'worker', Description: 'x' },
  resource: 'role/team/worker',
})
