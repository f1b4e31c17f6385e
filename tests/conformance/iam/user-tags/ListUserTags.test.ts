import { CreateUserCommand, ListUserTagsCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('lists tags in their order, in pages', async () => {
  const UserName = 'tagged'
  const Tags = ['c', 'a', 'b'].map((Key) => ({ Key, Value: Key }))
  await room.iam.send(new CreateUserCommand({ UserName, Tags }))
  expect((await room.iam.send(new ListUserTagsCommand({ UserName }))).Tags).toEqual(Tags)
  const first = await room.iam.send(new ListUserTagsCommand({ UserName, MaxItems: 2 }))
  expect([first.Tags, first.IsTruncated]).toEqual([Tags.slice(0, 2), true])
  const { Marker } = first
  expect((await room.iam.send(new ListUserTagsCommand({ UserName, Marker }))).Tags).toEqual(Tags.slice(2))
})

it('knows nobody else', async () => {
  const asking = room.iam.send(new ListUserTagsCommand({ UserName: 'nobody' }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('ListUserTags', { parameters: { UserName: 'somebody' }, resource: 'user/team/somebody' })
