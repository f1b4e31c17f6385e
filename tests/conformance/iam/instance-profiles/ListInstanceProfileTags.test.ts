import { ListInstanceProfileTagsCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { noProfile, profileWith } from '../instance-profiles.suite.ts'

const room = openIamRoom()

it('lists tags, in pages', async () => {
  const Tags = ['a', 'b', 'c'].map((Key) => ({ Key, Value: 'v' }))
  const InstanceProfileName = await profileWith(room.iam, 'tagged', undefined, { Tags })
  const list = (page: { MaxItems?: number; Marker?: string | undefined }) =>
    room.iam.send(new ListInstanceProfileTagsCommand({ InstanceProfileName, ...page }))
  const first = await list({ MaxItems: 2 })
  expect([first.Tags, first.IsTruncated]).toEqual([Tags.slice(0, 2), true])
  const rest = await list({ Marker: first.Marker })
  expect([rest.Tags, rest.IsTruncated]).toEqual([Tags.slice(2), false])
})

it('knows no other', async () => {
  const asking = room.iam.send(new ListInstanceProfileTagsCommand({ InstanceProfileName: 'nobody' }))
  await expect(asking).rejects.toMatchObject(noProfile)
})

describeIamRequest('ListInstanceProfileTags', {
  parameters: { InstanceProfileName: 'machine' },
  resource: 'instance-profile/team/machine',
})
