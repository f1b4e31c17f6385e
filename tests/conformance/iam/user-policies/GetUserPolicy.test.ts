import { CreateUserCommand, GetUserPolicyCommand } from '@aws-sdk/client-iam'
import { putPolicy } from '../../../support/identity-clients.ts'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const UserName = 'holder'
const room = openIamRoom(async ({ iam }) => {
  await iam.send(new CreateUserCommand({ UserName }))
  await putPolicy(iam, UserName, { Effect: 'Allow', Action: 's3:*', Resource: '*' })
})

it('gives a policy, encoded as RFC 3986 has it', async () => {
  const answer = await room.iam.send(new GetUserPolicyCommand({ UserName, PolicyName: 'own' }))
  expect(answer).toMatchObject({ UserName, PolicyName: 'own' })
  expect(answer.PolicyDocument).toMatch(/^%7B%22Version%22%3A%222012-10-17%22.*s3%3A%2A.*%7D$/)
})

it.each(['none', 'OWN', 'constructor', '__proto__'])('knows no %s', async (PolicyName) => {
  await expect(room.iam.send(new GetUserPolicyCommand({ UserName, PolicyName }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: `The user policy with name ${PolicyName} cannot be found.`,
  })
})

describeIamRequest('GetUserPolicy', {
  parameters: { UserName: 'somebody', PolicyName: 'p' },
  resource: 'user/team/somebody',
})
