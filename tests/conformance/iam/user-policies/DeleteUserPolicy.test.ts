import { CreateUserCommand, DeleteUserPolicyCommand, ListUserPoliciesCommand } from '@aws-sdk/client-iam'
import { putPolicy } from '../../../support/identity-clients.ts'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const UserName = 'holder'
const room = openIamRoom(async ({ iam }) => {
  await iam.send(new CreateUserCommand({ UserName }))
  await putPolicy(iam, UserName, { Effect: 'Allow', Action: 's3:*', Resource: '*' })
})

it('takes a policy away, once', async () => {
  const remove = () => room.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'own' }))
  await remove()
  expect((await room.iam.send(new ListUserPoliciesCommand({ UserName }))).PolicyNames).toEqual([])
  await expect(remove()).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('DeleteUserPolicy', {
  parameters: { UserName: 'somebody', PolicyName: 'p' },
  resource: 'user/team/somebody',
})
