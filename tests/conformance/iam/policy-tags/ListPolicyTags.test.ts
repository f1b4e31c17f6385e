import { ListPolicyTagsCommand, type ListPolicyTagsCommandInput } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { awsPolicy } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makePolicy, noPolicy, ownPolicy } from '../own-policies.suite.ts'

const room = openIamRoom()

const list = (PolicyArn: string, page: Partial<ListPolicyTagsCommandInput> = {}) =>
  room.iam.send(new ListPolicyTagsCommand({ PolicyArn, ...page }))

it('lists tags in pages', async () => {
  const Tags = ['a', 'b', 'c'].map((Key) => ({ Key, Value: Key }))
  const arn = await makePolicy(room, 'tagged', { Tags })
  expect(await list(arn)).toMatchObject({ Tags, IsTruncated: false })
  const first = await list(arn, { MaxItems: 2 })
  const rest = await list(arn, { Marker: first.Marker })
  expect([first.IsTruncated, [...(first.Tags ?? []), ...(rest.Tags ?? [])]]).toEqual([true, Tags])
})

it('there are none of the policies of AWS', async () => {
  expect((await list(awsPolicy('ReadOnlyAccess'))).Tags).toEqual([])
})

it('knows no other policy', async () => {
  await expect(list(ownPolicy('nothing'))).rejects.toMatchObject(noPolicy(ownPolicy('nothing')))
})

describeIamRequest('ListPolicyTags', { parameters: { PolicyArn: ownPolicy('p') }, resource: 'policy/p' })
