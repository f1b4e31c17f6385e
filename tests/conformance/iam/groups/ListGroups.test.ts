import { CreateGroupCommand, ListGroupsCommand, type IAMClient } from '@aws-sdk/client-iam'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { iamClient } from '../../../support/identity-clients.ts'
import { startTestServer } from '../../../support/server.ts'
import { describeIamRequest } from '../iam-request.suite.ts'

let server: TestServer
let iam: IAMClient
beforeAll(async () => {
  server = await startTestServer()
  iam = iamClient(server)
  return () => server[Symbol.asyncDispose]()
})

it('lists groups, those of a path, in pages', async () => {
  for (const [Path, GroupName] of [
    ['/', 'c'],
    ['/x/', 'b'],
    ['/x/', 'a'],
  ]) {
    await iam.send(new CreateGroupCommand({ Path, GroupName }))
  }
  const names = async (input: object) => {
    const { Groups = [], Marker, IsTruncated } = await iam.send(new ListGroupsCommand(input))
    return { names: Groups.map(({ GroupName }) => GroupName), Marker, IsTruncated }
  }
  expect((await names({})).names).toEqual(['c', 'a', 'b'])
  expect((await names({ PathPrefix: '/x/' })).names).toEqual(['a', 'b'])
  const first = await names({ MaxItems: 2 })
  expect([first.names, first.IsTruncated]).toEqual([['c', 'a'], true])
  expect((await names({ Marker: first.Marker })).names).toEqual(['b'])
})

describeIamRequest('ListGroups', { parameters: { PathPrefix: '/team/' }, resource: 'group/team/' })
