import { CreateGroupCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('makes a group, whose name nobody else has in whatever case', async () => {
  const { Group } = await room.iam.send(new CreateGroupCommand({ GroupName: 'Readers', Path: '/a/' }))
  expect(Group).toEqual({
    Path: '/a/',
    GroupName: 'Readers',
    GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
    Arn: 'arn:aws:iam::100000000001:group/a/Readers',
    CreateDate: expect.any(Date),
  })
  await expect(room.iam.send(new CreateGroupCommand({ GroupName: 'READERS' }))).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
    message: 'Group with name READERS already exists.',
  })
  await expect(room.iam.send(new CreateGroupCommand({ GroupName: 'a b' }))).rejects.toMatchObject({
    name: 'ValidationError',
  })
})

describeIamRequest('CreateGroup', {
  parameters: { GroupName: 'new', Path: '/team/' },
  resource: 'group/team/new',
})
