import { CreateUserCommand, type IAMClient, ListUserTagsCommand } from '@aws-sdk/client-iam'
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

it('lists tags in their order, in pages', async () => {
  const UserName = 'tagged'
  const Tags = ['c', 'a', 'b'].map((Key) => ({ Key, Value: Key }))
  await iam.send(new CreateUserCommand({ UserName, Tags }))
  expect((await iam.send(new ListUserTagsCommand({ UserName }))).Tags).toEqual(Tags)
  const first = await iam.send(new ListUserTagsCommand({ UserName, MaxItems: 2 }))
  expect([first.Tags, first.IsTruncated]).toEqual([Tags.slice(0, 2), true])
  const { Marker } = first
  expect((await iam.send(new ListUserTagsCommand({ UserName, Marker }))).Tags).toEqual(Tags.slice(2))
})

it('knows nobody else', async () => {
  const asking = iam.send(new ListUserTagsCommand({ UserName: 'nobody' }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('ListUserTags', { parameters: { UserName: 'somebody' }, resource: 'user/team/somebody' })
