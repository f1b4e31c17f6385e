import {
  CreateUserCommand,
  GetUserCommand,
  type IAMClient,
  ListUsersCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { makeUser, stsClient } from '../../../support/identity-clients.ts'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { iamClient } from '../../../support/identity-clients.ts'
import { startTestServer } from '../../../support/server.ts'
import { describeIamRequest } from '../iam-request.suite.ts'

let server: TestServer
let iam: IAMClient
beforeAll(async () => {
  server = await startTestServer()
  iam = iamClient(server)
  return () => server[Symbol.asyncDispose]()
})

it('gives a user another name and path; keys and id stay', async () => {
  const credentials = await makeUser(server, 'before')
  const id = (await iam.send(new GetUserCommand({ UserName: 'before' }))).User?.UserId
  await iam.send(new UpdateUserCommand({ UserName: 'before', NewUserName: 'After', NewPath: '/new/' }))
  const { Arn, UserId } = await stsClient(server, credentials).send(new GetCallerIdentityCommand())
  expect([Arn, UserId]).toEqual(['arn:aws:iam::100000000001:user/new/After', id])
  const { Users = [] } = await iam.send(new ListUsersCommand())
  expect(Users.map(({ UserName }) => UserName)).toEqual(['After'])
  await iam.send(new CreateUserCommand({ UserName: 'before' }))
})

it("changes the case of a name, and takes no one else's", async () => {
  await iam.send(new CreateUserCommand({ UserName: 'one' }))
  await iam.send(new CreateUserCommand({ UserName: 'two' }))
  await iam.send(new UpdateUserCommand({ UserName: 'one', NewUserName: 'One' }))
  const taking = iam.send(new UpdateUserCommand({ UserName: 'One', NewUserName: 'TWO' }))
  await expect(taking).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' })
  await iam.send(new GetUserCommand({ UserName: 'One' }))
})

it('takes a permission on what the user is to be, too', async () => {
  const Resource = 'arn:aws:iam::100000000001:user/own'
  const credentials = await makeUser(server, 'own', { Effect: 'Allow', Action: 'iam:UpdateUser', Resource })
  const renaming = iamClient(server, credentials).send(
    new UpdateUserCommand({ UserName: 'own', NewUserName: 'admin' }),
  )
  await expect(renaming).rejects.toMatchObject({ name: 'AccessDenied' })
})

it('knows nobody else', async () => {
  const asking = iam.send(new UpdateUserCommand({ UserName: 'nobody', NewPath: '/a/' }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('UpdateUser', { parameters: { UserName: 'somebody' }, resource: 'user/team/somebody' })
