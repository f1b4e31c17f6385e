import { ListPolicyTagsCommand, UntagPolicyCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { awsPolicy } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makePolicy, noPolicy, outside, ownPolicy } from '../own-policies.suite.ts'

const room = openIamRoom()

const untag = (PolicyArn: string, ...TagKeys: readonly string[]) =>
  room.iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: [...TagKeys] }))

it('takes tags away; those that are not there, or in another case, do not matter', async () => {
  const Tags = ['a', 'B', 'c'].map((Key) => ({ Key, Value: '' }))
  const PolicyArn = await makePolicy(room, 'tagged', { Tags })
  await untag(PolicyArn, 'a', 'b', 'd')
  const { Tags: left } = await room.iam.send(new ListPolicyTagsCommand({ PolicyArn }))
  expect(left).toEqual([Tags[1], Tags[2]])
})

it('knows no other policy, and changes none of AWS', async () => {
  await expect(untag(ownPolicy('nothing'), 'a')).rejects.toMatchObject(noPolicy(ownPolicy('nothing')))
  await expect(untag(awsPolicy('ReadOnlyAccess'), 'a')).rejects.toMatchObject(outside)
})

describeIamRequest('UntagPolicy', {
  parameters: { PolicyArn: ownPolicy('p'), 'TagKeys.member.1': 'k' },
  resource: 'policy/p',
})
