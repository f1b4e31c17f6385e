import { CreateGroupCommand, GetGroupCommand, UpdateGroupCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('gives a group another name and path', async () => {
  const { Group } = await room.iam.send(new CreateGroupCommand({ GroupName: 'before' }))
  await room.iam.send(new UpdateGroupCommand({ GroupName: 'before', NewGroupName: 'After', NewPath: '/n/' }))
  const after = await room.iam.send(new GetGroupCommand({ GroupName: 'After' }))
  expect(after.Group).toEqual({
    ...Group,
    Path: '/n/',
    GroupName: 'After',
    Arn: 'arn:aws:iam::100000000001:group/n/After',
  })
  await room.iam.send(new UpdateGroupCommand({ GroupName: 'AFTER', NewGroupName: 'aFTER' }))
  expect((await room.iam.send(new GetGroupCommand({ GroupName: 'after' }))).Group?.GroupName).toBe('aFTER')
  await room.iam.send(new CreateGroupCommand({ GroupName: 'before' }))
  const taking = room.iam.send(new UpdateGroupCommand({ GroupName: 'before', NewGroupName: 'AFTER' }))
  await expect(taking).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' })
})

it('knows no other group', async () => {
  const asking = room.iam.send(new UpdateGroupCommand({ GroupName: 'none', NewPath: '/a/' }))
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The group with name none cannot be found.',
  })
})

describeIamRequest('UpdateGroup', { parameters: { GroupName: 'gang' }, resource: 'group/team/gang' })
