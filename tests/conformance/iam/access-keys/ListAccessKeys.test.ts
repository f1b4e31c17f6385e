import { CreateAccessKeyCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam'
import { makeUser } from '../../../support/identity-clients.ts'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('lists keys without their secrets, in pages', async () => {
  const UserName = 'two'
  const { accessKeyId } = await makeUser(room.server, UserName)
  const second = (await room.iam.send(new CreateAccessKeyCommand({ UserName }))).AccessKey?.AccessKeyId
  const { AccessKeyMetadata, IsTruncated } = await room.iam.send(new ListAccessKeysCommand({ UserName }))
  const shown = { UserName, Status: 'Active', CreateDate: expect.any(Date) }
  expect(AccessKeyMetadata).toEqual([
    { ...shown, AccessKeyId: accessKeyId },
    { ...shown, AccessKeyId: second },
  ])
  expect(IsTruncated).toBe(false)
  const { Marker } = await room.iam.send(new ListAccessKeysCommand({ UserName, MaxItems: 1 }))
  const rest = await room.iam.send(new ListAccessKeysCommand({ UserName, Marker }))
  expect(rest.AccessKeyMetadata).toEqual([{ ...shown, AccessKeyId: second }])
})

it('shows a root user its keys of the config', async () => {
  const { AccessKeyMetadata } = await room.iam.send(new ListAccessKeysCommand())
  expect(AccessKeyMetadata).toEqual([{ AccessKeyId: room.server.credentials.accessKeyId, Status: 'Active' }])
})

it('knows nobody else, and no marker but its own', async () => {
  const asking = room.iam.send(new ListAccessKeysCommand({ UserName: 'nobody' }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  const wrong = room.iam.send(new ListAccessKeysCommand({ UserName: 'two', Marker: 'x' }))
  await expect(wrong).rejects.toMatchObject({ name: 'ValidationError' })
})

describeIamRequest('ListAccessKeys', { parameters: { UserName: 'somebody' }, resource: 'user/team/somebody' })
