import { CreateUserCommand, ListUserTagsCommand, TagUserCommand } from '@aws-sdk/client-iam'
import { makeUser } from '../../../support/identity-clients.ts'
import { expect, it } from 'vitest'
import { iamClient } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('adds tags; a key in another case is the same', async () => {
  const UserName = 'tagged'
  await room.iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: 'Team', Value: 'a' }] }))
  const Tags = [
    { Key: 'cost', Value: '' },
    { Key: 'team', Value: 'b' },
  ]
  await room.iam.send(new TagUserCommand({ UserName, Tags }))
  const listed = await room.iam.send(new ListUserTagsCommand({ UserName }))
  expect(listed.Tags).toEqual([Tags[1], Tags[0]])
})

it('holds 50 tags', async () => {
  const UserName = 'full'
  const tags = (prefix: string) =>
    Array.from({ length: 50 }, (_, index) => ({ Key: `${prefix}${index}`, Value: '' }))
  await room.iam.send(new CreateUserCommand({ UserName, Tags: tags('a') }))
  await room.iam.send(new TagUserCommand({ UserName, Tags: tags('a') }))
  const adding = room.iam.send(new TagUserCommand({ UserName, Tags: [{ Key: 'b', Value: '' }] }))
  await expect(adding).rejects.toMatchObject({ name: 'LimitExceededException' })
})

it.each([
  [
    [
      { Key: 'a', Value: '' },
      { Key: 'A', Value: '' },
    ],
  ],
  [[{ Key: 'AWS:x', Value: '' }]],
])('refuses %j', async (Tags) => {
  await room.iam.send(new CreateUserCommand({ UserName: `u-${Tags.length}` }))
  const tagging = room.iam.send(new TagUserCommand({ UserName: `u-${Tags.length}`, Tags }))
  await expect(tagging).rejects.toMatchObject({ name: 'InvalidInputException' })
})

it('is held to conditions on the tags of the request and of the user', async () => {
  const StringEquals = { 'aws:RequestTag/team': 'a', 'iam:ResourceTag/open': 'yes' }
  const credentials = await makeUser(room.server, 'tagger', {
    Effect: 'Allow',
    Action: 'iam:TagUser',
    Resource: '*',
    Condition: { StringEquals },
  })
  const tagger = iamClient(room.server, credentials)
  await room.iam.send(new CreateUserCommand({ UserName: 'open', Tags: [{ Key: 'open', Value: 'yes' }] }))
  await room.iam.send(new CreateUserCommand({ UserName: 'shut' }))
  const tag = (UserName: string, Value: string) =>
    tagger.send(new TagUserCommand({ UserName, Tags: [{ Key: 'team', Value }] }))
  await tag('open', 'a')
  await expect(tag('open', 'b')).rejects.toMatchObject({ name: 'AccessDenied' })
  await expect(tag('shut', 'a')).rejects.toMatchObject({ name: 'AccessDenied' })
})

describeIamRequest('TagUser', {
  parameters: { UserName: 'somebody', 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' },
  resource: 'user/team/somebody',
})
