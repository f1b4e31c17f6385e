import { ListAccessKeysCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam'
import { makeUser } from '../../../support/identity-clients.ts'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

const AccessKeyIdOfNobody = 'AKIAAAAAAAAAAAAAAAAA'

it('turns a key off and on', async () => {
  const UserName = 'switched'
  const { accessKeyId: AccessKeyId } = await makeUser(room.server, UserName)
  for (const Status of ['Inactive', 'Active'] as const) {
    await room.iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status }))
    const { AccessKeyMetadata } = await room.iam.send(new ListAccessKeysCommand({ UserName }))
    expect(AccessKeyMetadata?.map((key) => key.Status)).toEqual([Status])
  }
})

it('knows only keys of that user', async () => {
  const { accessKeyId } = await makeUser(room.server, 'other')
  await makeUser(room.server, 'asked')
  for (const AccessKeyId of [accessKeyId, AccessKeyIdOfNobody]) {
    const asking = room.iam.send(
      new UpdateAccessKeyCommand({ UserName: 'asked', AccessKeyId, Status: 'Inactive' }),
    )
    await expect(asking).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: `The Access Key with id ${AccessKeyId} cannot be found.`,
    })
  }
})

it('makes no key expire', async () => {
  const { accessKeyId: AccessKeyId } = await makeUser(room.server, 'lasting')
  const asking = room.iam.send(
    new UpdateAccessKeyCommand({ UserName: 'lasting', AccessKeyId, Status: 'Expired' }),
  )
  await expect(asking).rejects.toMatchObject({ name: 'InvalidInputException' })
})

describeIamRequest('UpdateAccessKey', {
  parameters: { UserName: 'somebody', AccessKeyId: AccessKeyIdOfNobody, Status: 'Inactive' },
  resource: 'user/team/somebody',
})
