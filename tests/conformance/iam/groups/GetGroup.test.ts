import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  GetGroupCommand,
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

it('tells of a group and its members, in pages', async () => {
  const GroupName = 'three'
  await iam.send(new CreateGroupCommand({ GroupName }))
  for (const UserName of ['a', 'b', 'c']) {
    await makeUser(server, UserName)
    await iam.send(new AddUserToGroupCommand({ GroupName, UserName }))
  }
  const { Group, Users = [], IsTruncated } = await iam.send(new GetGroupCommand({ GroupName }))
  expect([Group?.GroupName, IsTruncated]).toEqual([GroupName, false])
  expect(new Set(Users.map(({ UserName }) => UserName))).toEqual(new Set(['a', 'b', 'c']))
  const first = await iam.send(new GetGroupCommand({ GroupName, MaxItems: 2 }))
  const second = await iam.send(new GetGroupCommand({ GroupName, Marker: first.Marker }))
  expect([...(first.Users ?? []), ...(second.Users ?? [])]).toEqual(Users)
})

it('knows no other group', async () => {
  const asking = iam.send(new GetGroupCommand({ GroupName: 'none' }))
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The group with name none cannot be found.',
  })
})

describeIamRequest('GetGroup', { parameters: { GroupName: 'gang' }, resource: 'group/team/gang' })
