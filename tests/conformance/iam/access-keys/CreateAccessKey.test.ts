import { CreateAccessKeyCommand, CreateUserCommand, type IAMClient } from '@aws-sdk/client-iam'
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

it("makes a key of AWS's shape, two of a user at most", async () => {
  const UserName = 'keys'
  await iam.send(new CreateUserCommand({ UserName }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  expect(AccessKey).toEqual({
    UserName,
    AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
    Status: 'Active',
    SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
    CreateDate: expect.any(Date),
  })
  await iam.send(new CreateAccessKeyCommand({ UserName }))
  await expect(iam.send(new CreateAccessKeyCommand({ UserName }))).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Cannot exceed quota for AccessKeysPerUser: 2',
    $metadata: { httpStatusCode: 409 },
  })
})

it('is for oneself where nobody is named', async () => {
  const credentials = await makeUser(server, 'self', { Effect: 'Allow', Action: 'iam:*', Resource: '*' })
  const { AccessKey } = await iamClient(server, credentials).send(new CreateAccessKeyCommand())
  expect(AccessKey?.UserName).toBe('self')
})

it('is not for root users, whose keys stand in the config', async () => {
  await expect(iam.send(new CreateAccessKeyCommand())).rejects.toMatchObject({ name: 'NotImplemented' })
})

it('knows nobody else', async () => {
  const asking = iam.send(new CreateAccessKeyCommand({ UserName: 'nobody' }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('CreateAccessKey', {
  parameters: { UserName: 'somebody' },
  resource: 'user/team/somebody',
})
