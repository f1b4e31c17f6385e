import { CreateUserCommand, ListUserTagsCommand, UntagUserCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('takes tags away, those that are there', async () => {
  const UserName = 'tagged'
  const Tags = ['a', 'b'].map((Key) => ({ Key, Value: Key }))
  await room.iam.send(new CreateUserCommand({ UserName, Tags }))
  await room.iam.send(new UntagUserCommand({ UserName, TagKeys: ['A', 'other'] }))
  expect((await room.iam.send(new ListUserTagsCommand({ UserName }))).Tags).toEqual([Tags[1]])
})

it('knows nobody else', async () => {
  const asking = room.iam.send(new UntagUserCommand({ UserName: 'nobody', TagKeys: ['a'] }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('UntagUser', {
  parameters: { UserName: 'somebody', 'TagKeys.member.1': 'k' },
  resource: 'user/team/somebody',
})
