import { CreateUserCommand, type IAMClient, ListUserTagsCommand, UntagUserCommand } from '@aws-sdk/client-iam'
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

it('takes tags away, those that are there', async () => {
  const UserName = 'tagged'
  const Tags = ['a', 'b'].map((Key) => ({ Key, Value: Key }))
  await iam.send(new CreateUserCommand({ UserName, Tags }))
  await iam.send(new UntagUserCommand({ UserName, TagKeys: ['A', 'other'] }))
  expect((await iam.send(new ListUserTagsCommand({ UserName }))).Tags).toEqual([Tags[1]])
})

it('knows nobody else', async () => {
  const asking = iam.send(new UntagUserCommand({ UserName: 'nobody', TagKeys: ['a'] }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('UntagUser', {
  parameters: { UserName: 'somebody', 'TagKeys.member.1': 'k' },
  resource: 'user/team/somebody',
})
