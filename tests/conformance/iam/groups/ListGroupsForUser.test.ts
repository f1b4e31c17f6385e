import { AddUserToGroupCommand, CreateGroupCommand, ListGroupsForUserCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeUser } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('lists the groups that a user is in, in pages', async () => {
  await makeUser(room.server, 'member')
  for (const GroupName of ['a', 'b', 'other']) await room.iam.send(new CreateGroupCommand({ GroupName }))
  for (const GroupName of ['a', 'b'])
    await room.iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'member' }))
  const first = await room.iam.send(new ListGroupsForUserCommand({ UserName: 'member', MaxItems: 1 }))
  const second = await room.iam.send(
    new ListGroupsForUserCommand({ UserName: 'member', Marker: first.Marker }),
  )
  const names = [first, second].map(({ Groups = [] }) => Groups.map(({ GroupName }) => GroupName))
  expect(names).toEqual([['a'], ['b']])
})

describeIamRequest('ListGroupsForUser', {
  parameters: { UserName: 'somebody' },
  resource: 'user/team/somebody',
})
