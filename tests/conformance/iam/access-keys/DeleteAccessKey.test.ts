import { DeleteAccessKeyCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam'
import { makeUser } from '../../../support/identity-clients.ts'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('takes a key away, once', async () => {
  const UserName = 'leaving'
  const { accessKeyId: AccessKeyId } = await makeUser(room.server, UserName)
  await room.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
  expect((await room.iam.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata).toEqual([])
  const again = room.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
  await expect(again).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

it('takes no key of another user', async () => {
  const { accessKeyId: AccessKeyId } = await makeUser(room.server, 'one')
  await makeUser(room.server, 'another')
  const asking = room.iam.send(new DeleteAccessKeyCommand({ UserName: 'another', AccessKeyId }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('DeleteAccessKey', {
  parameters: { UserName: 'somebody', AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' },
  resource: 'user/team/somebody',
})
