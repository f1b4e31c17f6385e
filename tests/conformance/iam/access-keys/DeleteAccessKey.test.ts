import { DeleteAccessKeyCommand, type IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam'
import { makeUser } from '../../../support/identity-clients.ts'
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

it('takes a key away, once', async () => {
  const UserName = 'leaving'
  const { accessKeyId: AccessKeyId } = await makeUser(server, UserName)
  await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
  expect((await iam.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata).toEqual([])
  const again = iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
  await expect(again).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

it('takes no key of another user', async () => {
  const { accessKeyId: AccessKeyId } = await makeUser(server, 'one')
  await makeUser(server, 'another')
  const asking = iam.send(new DeleteAccessKeyCommand({ UserName: 'another', AccessKeyId }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('DeleteAccessKey', {
  parameters: { UserName: 'somebody', AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' },
  resource: 'user/team/somebody',
})
