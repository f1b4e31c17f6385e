import { CreateUserCommand, GetUserCommand } from '@aws-sdk/client-iam'
import { makeUser } from '../../../support/identity-clients.ts'
import { expect, it } from 'vitest'
import { iamClient } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('tells of a user', async () => {
  await room.iam.send(new CreateUserCommand({ UserName: 'Bob', Path: '/a/' }))
  const { User } = await room.iam.send(new GetUserCommand({ UserName: 'Bob' }))
  expect(User).toMatchObject({ UserName: 'Bob', Path: '/a/', Arn: 'arn:aws:iam::100000000001:user/a/Bob' })
})

it('tells of the one who asks', async () => {
  const credentials = await makeUser(room.server, 'me', {
    Effect: 'Allow',
    Action: 'iam:GetUser',
    Resource: '*',
  })
  const { User } = await iamClient(room.server, credentials).send(new GetUserCommand())
  expect(User?.UserName).toBe('me')
  const root = await room.iam.send(new GetUserCommand())
  expect(root.User).toMatchObject({ UserId: '100000000001', Arn: 'arn:aws:iam::100000000001:root' })
})

it('does not know nobody', async () => {
  await expect(room.iam.send(new GetUserCommand({ UserName: 'nobody' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The user with name nobody cannot be found.',
    $metadata: { httpStatusCode: 404 },
  })
})

describeIamRequest('GetUser', { parameters: { UserName: 'somebody' }, resource: 'user/team/somebody' })
