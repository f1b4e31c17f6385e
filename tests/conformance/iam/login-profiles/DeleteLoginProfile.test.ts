import {
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteLoginProfileCommand,
  GetLoginProfileCommand,
  GetUserCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { iamClient, makeUser } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()
const nothing = { name: 'NoSuchEntityException', $metadata: { httpStatusCode: 404 } }

it('takes the password away, and leaves the access keys', async () => {
  const own = { Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }
  const jane = iamClient(room.server, await makeUser(room.server, 'jane', own))
  await room.iam.send(new CreateLoginProfileCommand({ UserName: 'jane', Password: 'Correct horse 1' }))
  await room.iam.send(new DeleteLoginProfileCommand({ UserName: 'jane' }))
  await expect(room.iam.send(new GetLoginProfileCommand({ UserName: 'jane' }))).rejects.toMatchObject(nothing)
  expect((await jane.send(new GetUserCommand())).User?.UserName).toBe('jane')
  await room.iam.send(new CreateLoginProfileCommand({ UserName: 'jane', Password: 'Correct horse 1' }))
})

it('knows nobody else, and none of a user without', async () => {
  await room.iam.send(new CreateUserCommand({ UserName: 'without' }))
  for (const UserName of ['without', 'nobody']) {
    await expect(room.iam.send(new DeleteLoginProfileCommand({ UserName }))).rejects.toMatchObject(nothing)
  }
})

describeIamRequest('DeleteLoginProfile', {
  parameters: { UserName: 'somebody' },
  resource: 'user/team/somebody',
})
