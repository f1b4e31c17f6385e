import { AddUserToGroupCommand, CreateGroupCommand, GetGroupCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeUser } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('tells of a group and its members, in pages', async () => {
  const GroupName = 'three'
  await room.iam.send(new CreateGroupCommand({ GroupName }))
  for (const UserName of ['a', 'b', 'c']) {
    await makeUser(room.server, UserName)
    await room.iam.send(new AddUserToGroupCommand({ GroupName, UserName }))
  }
  const { Group, Users = [], IsTruncated } = await room.iam.send(new GetGroupCommand({ GroupName }))
  expect([Group?.GroupName, IsTruncated]).toEqual([GroupName, false])
  expect(new Set(Users.map(({ UserName }) => UserName))).toEqual(new Set(['a', 'b', 'c']))
  const first = await room.iam.send(new GetGroupCommand({ GroupName, MaxItems: 2 }))
  const second = await room.iam.send(new GetGroupCommand({ GroupName, Marker: first.Marker }))
  expect([...(first.Users ?? []), ...(second.Users ?? [])]).toEqual(Users)
})

it('knows no other group', async () => {
  const asking = room.iam.send(new GetGroupCommand({ GroupName: 'none' }))
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The group with name none cannot be found.',
  })
})

describeIamRequest('GetGroup', { parameters: { GroupName: 'gang' }, resource: 'group/team/gang' })
