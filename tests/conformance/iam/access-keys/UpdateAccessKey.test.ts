import { type IAMClient, ListAccessKeysCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam'
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

const AccessKeyIdOfNobody = 'AKIAAAAAAAAAAAAAAAAA'

it('turns a key off and on', async () => {
  const UserName = 'switched'
  const { accessKeyId: AccessKeyId } = await makeUser(server, UserName)
  for (const Status of ['Inactive', 'Active'] as const) {
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status }))
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName }))
    expect(AccessKeyMetadata?.map((key) => key.Status)).toEqual([Status])
  }
})

it('knows only keys of that user', async () => {
  const { accessKeyId } = await makeUser(server, 'other')
  await makeUser(server, 'asked')
  for (const AccessKeyId of [accessKeyId, AccessKeyIdOfNobody]) {
    const asking = iam.send(
      new UpdateAccessKeyCommand({ UserName: 'asked', AccessKeyId, Status: 'Inactive' }),
    )
    await expect(asking).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: `The Access Key with id ${AccessKeyId} cannot be found.`,
    })
  }
})

it('makes no key expire', async () => {
  const { accessKeyId: AccessKeyId } = await makeUser(server, 'lasting')
  const asking = iam.send(new UpdateAccessKeyCommand({ UserName: 'lasting', AccessKeyId, Status: 'Expired' }))
  await expect(asking).rejects.toMatchObject({ name: 'InvalidInputException' })
})

describeIamRequest('UpdateAccessKey', {
  parameters: { UserName: 'somebody', AccessKeyId: AccessKeyIdOfNobody, Status: 'Inactive' },
  resource: 'user/team/somebody',
})
