import { ListInstanceProfileTagsCommand, type Tag, TagInstanceProfileCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { iamClient, makeUser } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { noProfile, profileWith } from '../instance-profiles.suite.ts'

const room = openIamRoom()
const tag = (InstanceProfileName: string, Tags: Tag[], iam = room.iam) =>
  iam.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags }))

it('adds and changes tags; a key in another case is another', async () => {
  const InstanceProfileName = await profileWith(room.iam, 'tagged', undefined, {
    Tags: [{ Key: 'Team', Value: 'a' }],
  })
  const added = [
    { Key: 'cost', Value: '' },
    { Key: 'team', Value: 'b' },
  ]
  await tag('tagged', added)
  const listed = await room.iam.send(new ListInstanceProfileTagsCommand({ InstanceProfileName }))
  expect(listed.Tags).toEqual([{ Key: 'Team', Value: 'a' }, ...added])
  await tag('tagged', [{ Key: 'Team', Value: 'c' }])
  const changed = await room.iam.send(new ListInstanceProfileTagsCommand({ InstanceProfileName }))
  expect(changed.Tags).toEqual([{ Key: 'Team', Value: 'c' }, ...added])
})

it('refuses what is no tag, and more than fifty', async () => {
  await profileWith(room.iam, 'full')
  const many = (count: number, first = 0) =>
    Array.from({ length: count }, (_, index) => ({ Key: `k${index + first}`, Value: '' }))
  await tag('full', many(50))
  await expect(tag('full', many(1, 50))).rejects.toMatchObject({
    name: 'LimitExceededException',
    $metadata: { httpStatusCode: 409 },
  })
  for (const Tags of [[{ Key: 'aws:x', Value: '' }], [...many(1), { Key: 'k0', Value: '' }]]) {
    await expect(tag('full', Tags)).rejects.toMatchObject({
      name: 'InvalidInputException',
      $metadata: { httpStatusCode: 400 },
    })
  }
})

it('is held to conditions on the tags of the request and of the instance profile', async () => {
  const StringEquals = { 'aws:RequestTag/team': 'a', 'aws:ResourceTag/open': 'yes' }
  const may = {
    Effect: 'Allow',
    Action: 'iam:TagInstanceProfile',
    Resource: '*',
    Condition: { StringEquals },
  }
  const iam = iamClient(room.server, await makeUser(room.server, 'tagger', may))
  await profileWith(room.iam, 'open', undefined, { Tags: [{ Key: 'open', Value: 'yes' }] })
  await profileWith(room.iam, 'shut')
  const team = (Value: string) => [{ Key: 'team', Value }]
  await tag('open', team('a'), iam)
  await expect(tag('open', team('b'), iam)).rejects.toMatchObject({ name: 'AccessDenied' })
  await expect(tag('shut', team('a'), iam)).rejects.toMatchObject({ name: 'AccessDenied' })
})

it('knows no other', async () => {
  await expect(tag('nobody', [{ Key: 'k', Value: 'v' }])).rejects.toMatchObject(noProfile)
})

describeIamRequest('TagInstanceProfile', {
  parameters: { InstanceProfileName: 'machine', 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' },
  resource: 'instance-profile/team/machine',
})
