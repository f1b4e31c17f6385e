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

it('adds a user, once and to ten groups at most', async () => {
  await makeUser(server, 'joiner')
  const join = async (GroupName: string) => {
    await iam.send(new CreateGroupCommand({ GroupName }))
    await iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'joiner' }))
  }
  for (let index = 0; index < 10; index++) await join(`g${index}`)
  await iam.send(new AddUserToGroupCommand({ GroupName: 'g0', UserName: 'joiner' }))
  expect((await iam.send(new ListGroupsForUserCommand({ UserName: 'joiner' }))).Groups).toHaveLength(10)
  await expect(join('g10')).rejects.toMatchObject({ name: 'LimitExceededException' })
})

it('knows nobody else', async () => {
  await iam.send(new CreateGroupCommand({ GroupName: 'empty' }))
  const asking = iam.send(new AddUserToGroupCommand({ GroupName: 'empty', UserName: 'nobody' }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('AddUserToGroup', {
  parameters: { GroupName: 'gang', UserName: 'somebody' },
  resource: 'group/team/gang',
})
