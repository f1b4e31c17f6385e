import { DeleteGroupPolicyCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { groupWithPolicies, openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('takes a policy away, once', async () => {
  const GroupName = 'asked'
  await groupWithPolicies(room, GroupName)
  const remove = () => room.iam.send(new DeleteGroupPolicyCommand({ GroupName, PolicyName: 'a' }))
  await remove()
  await expect(remove()).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('DeleteGroupPolicy', {
  parameters: { GroupName: 'gang', PolicyName: 'p' },
  resource: 'group/team/gang',
})
