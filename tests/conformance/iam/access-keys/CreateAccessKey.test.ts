import { CreateAccessKeyCommand, CreateUserCommand } from '@aws-sdk/client-iam'
import { makeUser } from '../../../support/identity-clients.ts'
import { expect, it } from 'vitest'
import { iamClient } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it("makes a key of AWS's shape, two of a user at most", async () => {
  const UserName = 'keys'
  await room.iam.send(new CreateUserCommand({ UserName }))
  const { AccessKey } = await room.iam.send(new CreateAccessKeyCommand({ UserName }))
  expect(AccessKey).toEqual({
    UserName,
    AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
    Status: 'Active',
    SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
    CreateDate: expect.any(Date),
  })
  await room.iam.send(new CreateAccessKeyCommand({ UserName }))
  await expect(room.iam.send(new CreateAccessKeyCommand({ UserName }))).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Cannot exceed quota for AccessKeysPerUser: 2',
    $metadata: { httpStatusCode: 409 },
  })
})

it('is for oneself where nobody is named', async () => {
  const credentials = await makeUser(room.server, 'self', { Effect: 'Allow', Action: 'iam:*', Resource: '*' })
  const { AccessKey } = await iamClient(room.server, credentials).send(new CreateAccessKeyCommand())
  expect(AccessKey?.UserName).toBe('self')
})

it('is not for root users, whose keys stand in the config', async () => {
  await expect(room.iam.send(new CreateAccessKeyCommand())).rejects.toMatchObject({ name: 'NotImplemented' })
})

it('knows nobody else', async () => {
  const asking = room.iam.send(new CreateAccessKeyCommand({ UserName: 'nobody' }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('CreateAccessKey', {
  parameters: { UserName: 'somebody' },
  resource: 'user/team/somebody',
})
