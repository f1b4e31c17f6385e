import { ListInstanceProfileTagsCommand, UntagInstanceProfileCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { iamClient, makeUser } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { noProfile, profileWith } from '../instance-profiles.suite.ts'

const room = openIamRoom()
const untag = (InstanceProfileName: string, TagKeys: string[], iam = room.iam) =>
  iam.send(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys }))

it('takes tags away; those that are not there, or in another case, are no matter', async () => {
  const Tags = ['a', 'b'].map((Key) => ({ Key, Value: 'v' }))
  const InstanceProfileName = await profileWith(room.iam, 'tagged', undefined, { Tags })
  await untag('tagged', ['a', 'B', 'z'])
  const listed = await room.iam.send(new ListInstanceProfileTagsCommand({ InstanceProfileName }))
  expect(listed.Tags).toEqual([Tags[1]])
})

it('is held to conditions on the keys of the request', async () => {
  const Condition = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['cost'] } }
  const may = { Effect: 'Allow', Action: 'iam:UntagInstanceProfile', Resource: '*', Condition }
  const iam = iamClient(room.server, await makeUser(room.server, 'untagger', may))
  await profileWith(room.iam, 'held', undefined, { Tags: [{ Key: 'team', Value: 'a' }] })
  await untag('held', ['cost'], iam)
  await expect(untag('held', ['team'], iam)).rejects.toMatchObject({ name: 'AccessDenied' })
})

it('knows no other', async () => {
  await expect(untag('nobody', ['k'])).rejects.toMatchObject(noProfile)
})

describeIamRequest('UntagInstanceProfile', {
  parameters: { InstanceProfileName: 'machine', 'TagKeys.member.1': 'k' },
  resource: 'instance-profile/team/machine',
})
