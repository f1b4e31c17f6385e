import { ListGroupPoliciesCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { groupWithPolicies, openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('lists names, in pages', async () => {
  const GroupName = 'asked'
  await groupWithPolicies(room, GroupName)
  const first = await room.iam.send(new ListGroupPoliciesCommand({ GroupName, MaxItems: 1 }))
  expect([first.PolicyNames, first.IsTruncated]).toEqual([['a'], true])
  const second = await room.iam.send(new ListGroupPoliciesCommand({ GroupName, Marker: first.Marker }))
  expect([second.PolicyNames, second.IsTruncated]).toEqual([['b'], false])
})

describeIamRequest('ListGroupPolicies', { parameters: { GroupName: 'gang' }, resource: 'group/team/gang' })
