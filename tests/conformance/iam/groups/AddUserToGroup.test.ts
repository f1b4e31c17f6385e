import { AddUserToGroupCommand, CreateGroupCommand, ListGroupsForUserCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeUser } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('adds a user, once and to ten groups at most', async () => {
  await makeUser(room.server, 'joiner')
  const join = async (GroupName: string) => {
    await room.iam.send(new CreateGroupCommand({ GroupName }))
    await room.iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'joiner' }))
  }
  for (let index = 0; index < 10; index++) await join(`g${index}`)
  await room.iam.send(new AddUserToGroupCommand({ GroupName: 'g0', UserName: 'joiner' }))
  expect((await room.iam.send(new ListGroupsForUserCommand({ UserName: 'joiner' }))).Groups).toHaveLength(10)
  await expect(join('g10')).rejects.toMatchObject({ name: 'LimitExceededException' })
})

it('knows nobody else', async () => {
  await room.iam.send(new CreateGroupCommand({ GroupName: 'empty' }))
  const asking = room.iam.send(new AddUserToGroupCommand({ GroupName: 'empty', UserName: 'nobody' }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('AddUserToGroup', {
  parameters: { GroupName: 'gang', UserName: 'somebody' },
  resource: 'group/team/gang',
})
