import { DeleteRolePolicyCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { mainAccount } from '../../../support/accounts.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('takes a policy away, once', async () => {
  const RoleName = 'holder'
  await makeRole(
    room.server,
    { RoleName, AssumeRolePolicyDocument: trustPolicy(mainAccount.id) },
    { Effect: 'Allow', Action: 's3:*', Resource: '*' },
  )
  const remove = () => room.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'own' }))
  await remove()
  expect((await room.iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual([])
  await expect(remove()).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

it('knows nobody else', async () => {
  const asking = room.iam.send(new DeleteRolePolicyCommand({ RoleName: 'nobody', PolicyName: 'p' }))
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name nobody cannot be found.',
    $metadata: { httpStatusCode: 404 },
  })
})

describeIamRequest('DeleteRolePolicy', {
  parameters: { RoleName: 'worker', PolicyName: 'p' },
  resource: 'role/team/worker',
})
