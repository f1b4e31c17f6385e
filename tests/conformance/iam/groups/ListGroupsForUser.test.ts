import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  ListGroupsForUserCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { iamClient, makeUser } from '../../../support/identity-clients.ts'
import { startTestServer } from '../../../support/server.ts'
import { describeIamRequest } from '../iam-request.suite.ts'

let server: TestServer
let iam: IAMClient
beforeAll(async () => {
  server = await startTestServer()
  iam = iamClient(server)
  return () => server[Symbol.asyncDispose]()
})

it('lists the groups that a user is in, in pages', async () => {
  await makeUser(server, 'member')
  for (const GroupName of ['a', 'b', 'other']) await iam.send(new CreateGroupCommand({ GroupName }))
  for (const GroupName of ['a', 'b'])
    await iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'member' }))
  const first = await iam.send(new ListGroupsForUserCommand({ UserName: 'member', MaxItems: 1 }))
  const second = await iam.send(new ListGroupsForUserCommand({ UserName: 'member', Marker: first.Marker }))
  const names = [first, second].map(({ Groups = [] }) => Groups.map(({ GroupName }) => GroupName))
  expect(names).toEqual([['a'], ['b']])
})

describeIamRequest('ListGroupsForUser', {
  parameters: { UserName: 'somebody' },
  resource: 'user/team/somebody',
})
