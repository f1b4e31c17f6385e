import { CreateUserCommand, GetUserCommand, ListUsersCommand, UpdateUserCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { makeUser, stsClient } from '../../../support/identity-clients.ts'
import { expect, it } from 'vitest'
import { iamClient } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('gives a user another name and path; keys and id stay', async () => {
  const credentials = await makeUser(room.server, 'before')
  const id = (await room.iam.send(new GetUserCommand({ UserName: 'before' }))).User?.UserId
  await room.iam.send(new UpdateUserCommand({ UserName: 'before', NewUserName: 'After', NewPath: '/new/' }))
  const { Arn, UserId } = await stsClient(room.server, credentials).send(new GetCallerIdentityCommand())
  expect([Arn, UserId]).toEqual(['arn:aws:iam::100000000001:user/new/After', id])
  const { Users = [] } = await room.iam.send(new ListUsersCommand())
  expect(Users.map(({ UserName }) => UserName)).toEqual(['After'])
  await room.iam.send(new CreateUserCommand({ UserName: 'before' }))
})

it("changes the case of a name, and takes no one else's", async () => {
  await room.iam.send(new CreateUserCommand({ UserName: 'one' }))
  await room.iam.send(new CreateUserCommand({ UserName: 'two' }))
  await room.iam.send(new UpdateUserCommand({ UserName: 'one', NewUserName: 'One' }))
  const taking = room.iam.send(new UpdateUserCommand({ UserName: 'One', NewUserName: 'TWO' }))
  await expect(taking).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' })
  await room.iam.send(new GetUserCommand({ UserName: 'One' }))
})

it('takes a permission on what the user is to be, too', async () => {
  const Resource = 'arn:aws:iam::100000000001:user/own'
  const credentials = await makeUser(room.server, 'own', {
    Effect: 'Allow',
    Action: 'iam:UpdateUser',
    Resource,
  })
  const renaming = iamClient(room.server, credentials).send(
    new UpdateUserCommand({ UserName: 'own', NewUserName: 'admin' }),
  )
  await expect(renaming).rejects.toMatchObject({ name: 'AccessDenied' })
})

it('takes a permission that looks at the tags of the user', async () => {
  const Condition = { StringEquals: { 'iam:ResourceTag/team': 'a', 'aws:ResourceTag/team': 'a' } }
  const allow = { Effect: 'Allow', Action: 'iam:UpdateUser', Resource: '*', Condition }
  const iam = iamClient(room.server, await makeUser(room.server, 'manager', allow))
  const Tags = [{ Key: 'team', Value: 'a' }]
  await room.iam.send(new CreateUserCommand({ UserName: 'tagged', Tags }))
  await room.iam.send(new CreateUserCommand({ UserName: 'plain' }))
  await iam.send(new UpdateUserCommand({ UserName: 'tagged', NewUserName: 'renamed' }))
  const renaming = iam.send(new UpdateUserCommand({ UserName: 'plain', NewUserName: 'else' }))
  await expect(renaming).rejects.toMatchObject({ name: 'AccessDenied' })
})

it('knows nobody else', async () => {
  const asking = room.iam.send(new UpdateUserCommand({ UserName: 'nobody', NewPath: '/a/' }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('UpdateUser', { parameters: { UserName: 'somebody' }, resource: 'user/team/somebody' })
