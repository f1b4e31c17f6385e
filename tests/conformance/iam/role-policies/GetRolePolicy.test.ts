import { GetRolePolicyCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { mainAccount } from '../../../support/accounts.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('gives a policy, encoded as RFC 3986 has it', async () => {
  const RoleName = 'holder'
  await makeRole(
    room.server,
    { RoleName, AssumeRolePolicyDocument: trustPolicy(mainAccount.id) },
    { Effect: 'Allow', Action: 's3:*', Resource: '*' },
  )
  const answer = await room.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'own' }))
  expect(answer).toMatchObject({ RoleName, PolicyName: 'own' })
  expect(answer.PolicyDocument).toMatch(/^%7B%22Version%22%3A%222012-10-17%22.*s3%3A%2A.*%7D$/)
  const asking = room.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'none' }))
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role policy with name none cannot be found.',
  })
})

it('knows nobody else', async () => {
  const asking = room.iam.send(new GetRolePolicyCommand({ RoleName: 'nobody', PolicyName: 'p' }))
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name nobody cannot be found.',
    $metadata: { httpStatusCode: 404 },
  })
})

describeIamRequest('GetRolePolicy', {
  parameters: { RoleName: 'worker', PolicyName: 'p' },
  resource: 'role/team/worker',
})
