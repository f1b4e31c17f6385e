import { GetAccessKeyLastUsedCommand } from '@aws-sdk/client-iam'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { otherCredentials } from '../../../support/accounts.ts'
import { makeUser } from '../../../support/identity-clients.ts'
import { s3Client } from '../../../support/s3-client.ts'
import { expect, it } from 'vitest'
import { iamClient } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('tells when and for what a key was used, by whomever it was refused', async () => {
  const credentials = await makeUser(room.server, 'busy')
  const AccessKeyId = credentials.accessKeyId
  const lastUsed = () => room.iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
  expect(await lastUsed()).toMatchObject({
    UserName: 'busy',
    AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
  })
  const listing = s3Client(room.server, { credentials }).send(new ListBucketsCommand())
  await expect(listing).rejects.toMatchObject({ name: 'AccessDenied' })
  const used = { ServiceName: 's3', Region: 'us-east-1', LastUsedDate: expect.any(Date) }
  expect((await lastUsed()).AccessKeyLastUsed).toEqual(used)
  await room.server.settle()
  expect((await lastUsed()).AccessKeyLastUsed).toEqual(used)
})

it('knows only keys of the account', async () => {
  const { accessKeyId } = await makeUser(room.server, 'hidden')
  const other = iamClient(room.server, otherCredentials)
  for (const AccessKeyId of [accessKeyId, 'AKIAAAAAAAAAAAAAAAAA']) {
    const asking = other.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
    await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  }
})

describeIamRequest('GetAccessKeyLastUsed', {
  parameters: { AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' },
  resource: '*',
})
