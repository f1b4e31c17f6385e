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

it('takes a user out, and is content with one who is no member', async () => {
  const GroupName = 'left'
  const member = { GroupName, UserName: 'leaver' }
  await makeUser(room.server, 'leaver')
  await room.iam.send(new CreateGroupCommand({ GroupName }))
  await room.iam.send(new AddUserToGroupCommand(member))
  await room.iam.send(new RemoveUserFromGroupCommand(member))
  expect((await room.iam.send(new GetGroupCommand({ GroupName }))).Users).toEqual([])
  await room.iam.send(new RemoveUserFromGroupCommand(member))
  for (const none of [
    { ...member, UserName: 'nobody' },
    { ...member, GroupName: 'nowhere' },
  ]) {
    const removing = room.iam.send(new RemoveUserFromGroupCommand(none))
    await expect(removing).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  }
})

describeIamRequest('RemoveUserFromGroup', {
  parameters: { GroupName: 'gang', UserName: 'somebody' },
  resource: 'group/team/gang',
})
