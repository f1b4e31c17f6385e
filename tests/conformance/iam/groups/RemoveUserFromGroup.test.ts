import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  GetGroupCommand,
  RemoveUserFromGroupCommand,
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

it('takes a user out, once', async () => {
  const GroupName = 'left'
  const member = { GroupName, UserName: 'leaver' }
  await makeUser(server, 'leaver')
  await iam.send(new CreateGroupCommand({ GroupName }))
  await iam.send(new AddUserToGroupCommand(member))
  await iam.send(new RemoveUserFromGroupCommand(member))
  expect((await iam.send(new GetGroupCommand({ GroupName }))).Users).toEqual([])
  const again = iam.send(new RemoveUserFromGroupCommand(member))
  await expect(again).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('RemoveUserFromGroup', {
  parameters: { GroupName: 'gang', UserName: 'somebody' },
  resource: 'group/team/gang',
})
