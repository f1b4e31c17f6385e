import {
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetUserCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
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

it('takes a user away; one of that name made later is another', async () => {
  const { User } = await iam.send(new CreateUserCommand({ UserName: 'gone' }))
  await iam.send(new DeleteUserCommand({ UserName: 'gone' }))
  await expect(iam.send(new GetUserCommand({ UserName: 'gone' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  })
  const again = await iam.send(new CreateUserCommand({ UserName: 'gone' }))
  expect(again.User?.UserId).not.toBe(User?.UserId)
})

it('waits for policies and keys to go first', async () => {
  const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
  const { accessKeyId: AccessKeyId } = await makeUser(server, 'busy', statement)
  const conflict = (what: string) => ({
    name: 'DeleteConflictException',
    message: `Cannot delete entity, must ${what} first.`,
    $metadata: { httpStatusCode: 409 },
  })
  const remove = () => iam.send(new DeleteUserCommand({ UserName: 'busy' }))
  await expect(remove()).rejects.toMatchObject(conflict('delete policies'))
  await iam.send(new DeleteUserPolicyCommand({ UserName: 'busy', PolicyName: 'own' }))
  await expect(remove()).rejects.toMatchObject(conflict('delete access keys'))
  await iam.send(new DeleteAccessKeyCommand({ UserName: 'busy', AccessKeyId }))
  await remove()
})

it('knows nobody else', async () => {
  const asking = iam.send(new DeleteUserCommand({ UserName: 'nobody' }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('DeleteUser', { parameters: { UserName: 'somebody' }, resource: 'user/team/somebody' })
