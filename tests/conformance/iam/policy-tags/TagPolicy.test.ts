import { ListPolicyTagsCommand, TagPolicyCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { iamClient, makeUser } from '../../../support/identity-clients.ts'
import { awsPolicy } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makePolicy, noPolicy, outside, ownPolicy } from '../own-policies.suite.ts'

const room = openIamRoom()

const tag = (PolicyArn: string, keys: readonly string[], iam = room.iam) =>
  iam.send(new TagPolicyCommand({ PolicyArn, Tags: keys.map((Key) => ({ Key, Value: 'v' })) }))

it('adds and changes tags; a key in another case is another', async () => {
  const PolicyArn = await makePolicy(room, 'tagged', { Tags: [{ Key: 'Team', Value: 'a' }] })
  await tag(PolicyArn, ['cost', 'team', 'Team'])
  const { Tags } = await room.iam.send(new ListPolicyTagsCommand({ PolicyArn }))
  expect(Tags).toEqual(['Team', 'cost', 'team'].map((Key) => ({ Key, Value: 'v' })))
})

it('holds 50 tags', async () => {
  const arn = await makePolicy(room, 'full')
  const keys = Array.from({ length: 50 }, (_, index) => `k${index}`)
  await tag(arn, keys)
  await expect(tag(arn, ['more'])).rejects.toMatchObject({ name: 'LimitExceededException' })
})

it.each([[['a', 'a']], [['aws:a']]])('refuses the keys %j', async (keys) => {
  const arn = await makePolicy(room, `refused-${keys.length}`)
  await expect(tag(arn, keys)).rejects.toMatchObject({ name: 'InvalidInputException' })
})

it('is held to conditions on the tags of the policy', async () => {
  const Condition = { StringEquals: { 'iam:ResourceTag/open': 'v' } }
  const may = { Effect: 'Allow', Action: 'iam:TagPolicy', Resource: '*', Condition }
  const iam = iamClient(room.server, await makeUser(room.server, 'tagger', may))
  const [open, shut] = [await makePolicy(room, 'open'), await makePolicy(room, 'shut')]
  await tag(open, ['open'])
  await tag(open, ['more'], iam)
  await expect(tag(shut, ['more'], iam)).rejects.toMatchObject({ name: 'AccessDenied' })
})

it('knows no other policy, and changes none of AWS', async () => {
  await expect(tag(ownPolicy('nothing'), ['a'])).rejects.toMatchObject(noPolicy(ownPolicy('nothing')))
  await expect(tag(awsPolicy('ReadOnlyAccess'), ['a'])).rejects.toMatchObject(outside)
})

describeIamRequest('TagPolicy', {
  parameters: { PolicyArn: ownPolicy('p'), 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' },
  resource: 'policy/p',
})
