import { CreateGroupCommand, ListGroupsCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('lists groups, those of a path, in pages', async () => {
  for (const [Path, GroupName] of [
    ['/', 'c'],
    ['/x/', 'b'],
    ['/x/', 'a'],
  ]) {
    await room.iam.send(new CreateGroupCommand({ Path, GroupName }))
  }
  const names = async (input: object) => {
    const { Groups = [], Marker, IsTruncated } = await room.iam.send(new ListGroupsCommand(input))
    return { names: Groups.map(({ GroupName }) => GroupName), Marker, IsTruncated }
  }
  expect((await names({})).names).toEqual(['c', 'a', 'b'])
  expect((await names({ PathPrefix: '/x/' })).names).toEqual(['a', 'b'])
  const first = await names({ MaxItems: 2 })
  expect([first.names, first.IsTruncated]).toEqual([['c', 'a'], true])
  expect((await names({ Marker: first.Marker })).names).toEqual(['b'])
})

describeIamRequest('ListGroups', { parameters: { PathPrefix: '/team/' }, resource: 'group/team/' })
