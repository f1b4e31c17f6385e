import { GetAccessKeyLastUsedCommand, type IAMClient } from '@aws-sdk/client-iam'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { otherCredentials } from '../../../support/accounts.ts'
import { makeUser } from '../../../support/identity-clients.ts'
import { s3Client } from '../../../support/s3-client.ts'
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

it('tells when and for what a key was used, by whomever it was refused', async () => {
  const credentials = await makeUser(server, 'busy')
  const AccessKeyId = credentials.accessKeyId
  const lastUsed = () => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
  expect(await lastUsed()).toMatchObject({
    UserName: 'busy',
    AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
  })
  await expect(s3Client(server, { credentials }).send(new ListBucketsCommand())).rejects.toThrow(/denied/i)
  const used = { ServiceName: 's3', Region: 'us-east-1', LastUsedDate: expect.any(Date) }
  expect((await lastUsed()).AccessKeyLastUsed).toEqual(used)
  await server.settle()
  expect((await lastUsed()).AccessKeyLastUsed).toEqual(used)
})

it('knows only keys of the account', async () => {
  const { accessKeyId } = await makeUser(server, 'hidden')
  const other = iamClient(server, otherCredentials)
  for (const AccessKeyId of [accessKeyId, 'AKIAAAAAAAAAAAAAAAAA']) {
    const asking = other.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
    await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  }
})

describeIamRequest('GetAccessKeyLastUsed', {
  parameters: { AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' },
  resource: '*',
})
