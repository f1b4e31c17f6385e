import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  GetGroupCommand,
  RemoveUserFromGroupCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeUser } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('takes a user out, once', async () => {
  const GroupName = 'left'
  const member = { GroupName, UserName: 'leaver' }
  await makeUser(room.server, 'leaver')
  await room.iam.send(new CreateGroupCommand({ GroupName }))
  await room.iam.send(new AddUserToGroupCommand(member))
  await room.iam.send(new RemoveUserFromGroupCommand(member))
  expect((await room.iam.send(new GetGroupCommand({ GroupName }))).Users).toEqual([])
  const again = room.iam.send(new RemoveUserFromGroupCommand(member))
  await expect(again).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('RemoveUserFromGroup', {
  parameters: { GroupName: 'gang', UserName: 'somebody' },
  resource: 'group/team/gang',
})
