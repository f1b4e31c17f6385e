import { GetGroupPolicyCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { groupWithPolicies, openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('gives a policy, encoded', async () => {
  const GroupName = 'asked'
  await groupWithPolicies(room, GroupName)
  const answer = await room.iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName: 'a' }))
  expect(answer).toMatchObject({ GroupName, PolicyName: 'a' })
  expect(decodeURIComponent(answer.PolicyDocument ?? '')).toContain('s3:ListAllMyBuckets')
  const other = room.iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName: 'constructor' }))
  await expect(other).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The group policy with name constructor cannot be found.',
  })
})

describeIamRequest('GetGroupPolicy', {
  parameters: { GroupName: 'gang', PolicyName: 'p' },
  resource: 'group/team/gang',
})
