import { CreateAccessKeyCommand, type IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam'
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

it('lists keys without their secrets, in pages', async () => {
  const UserName = 'two'
  const { accessKeyId } = await makeUser(server, UserName)
  const second = (await iam.send(new CreateAccessKeyCommand({ UserName }))).AccessKey?.AccessKeyId
  const { AccessKeyMetadata, IsTruncated } = await iam.send(new ListAccessKeysCommand({ UserName }))
  const shown = { UserName, Status: 'Active', CreateDate: expect.any(Date) }
  expect(AccessKeyMetadata).toEqual([
    { ...shown, AccessKeyId: accessKeyId },
    { ...shown, AccessKeyId: second },
  ])
  expect(IsTruncated).toBe(false)
  const { Marker } = await iam.send(new ListAccessKeysCommand({ UserName, MaxItems: 1 }))
  const rest = await iam.send(new ListAccessKeysCommand({ UserName, Marker }))
  expect(rest.AccessKeyMetadata).toEqual([{ ...shown, AccessKeyId: second }])
})

it('shows a root user its keys of the config', async () => {
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand())
  expect(AccessKeyMetadata).toEqual([{ AccessKeyId: server.credentials.accessKeyId, Status: 'Active' }])
})

it('knows nobody else, and no marker but its own', async () => {
  const asking = iam.send(new ListAccessKeysCommand({ UserName: 'nobody' }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  const wrong = iam.send(new ListAccessKeysCommand({ UserName: 'two', Marker: 'x' }))
  await expect(wrong).rejects.toMatchObject({ name: 'ValidationError' })
})

describeIamRequest('ListAccessKeys', { parameters: { UserName: 'somebody' }, resource: 'user/team/somebody' })
