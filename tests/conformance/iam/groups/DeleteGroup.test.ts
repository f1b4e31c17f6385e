import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  PutGroupPolicyCommand,
  RemoveUserFromGroupCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeUser } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('waits for policies and members to go first', async () => {
  const GroupName = 'busy'
  const PolicyDocument =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'
  await room.iam.send(new CreateGroupCommand({ GroupName }))
  await makeUser(room.server, 'member')
  await room.iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'member' }))
  await room.iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'p', PolicyDocument }))
  const remove = () => room.iam.send(new DeleteGroupCommand({ GroupName }))
  const conflict = (what: string) => ({
    name: 'DeleteConflictException',
    message: `Cannot delete entity, must ${what} first.`,
  })
  await expect(remove()).rejects.toMatchObject(conflict('delete policies'))
  await room.iam.send(new DeleteGroupPolicyCommand({ GroupName, PolicyName: 'p' }))
  await expect(remove()).rejects.toMatchObject(conflict('remove users from group'))
  await room.iam.send(new RemoveUserFromGroupCommand({ GroupName, UserName: 'member' }))
  await remove()
  await expect(remove()).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('DeleteGroup', { parameters: { GroupName: 'gang' }, resource: 'group/team/gang' })
