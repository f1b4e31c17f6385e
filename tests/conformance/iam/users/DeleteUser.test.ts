import {
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetUserCommand,
} from '@aws-sdk/client-iam'
import { makeUser } from '../../../support/identity-clients.ts'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('takes a user away; one of that name made later is another', async () => {
  const { User } = await room.iam.send(new CreateUserCommand({ UserName: 'gone' }))
  await room.iam.send(new DeleteUserCommand({ UserName: 'gone' }))
  await expect(room.iam.send(new GetUserCommand({ UserName: 'gone' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  })
  const again = await room.iam.send(new CreateUserCommand({ UserName: 'gone' }))
  expect(again.User?.UserId).not.toBe(User?.UserId)
})

it('waits for policies and keys to go first', async () => {
  const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
  const { accessKeyId: AccessKeyId } = await makeUser(room.server, 'busy', statement)
  const conflict = (what: string) => ({
    name: 'DeleteConflictException',
    message: `Cannot delete entity, must ${what} first.`,
    $metadata: { httpStatusCode: 409 },
  })
  const remove = () => room.iam.send(new DeleteUserCommand({ UserName: 'busy' }))
  await expect(remove()).rejects.toMatchObject(conflict('delete policies'))
  await room.iam.send(new DeleteUserPolicyCommand({ UserName: 'busy', PolicyName: 'own' }))
  await expect(remove()).rejects.toMatchObject(conflict('delete access keys'))
  await room.iam.send(new DeleteAccessKeyCommand({ UserName: 'busy', AccessKeyId }))
  await remove()
})

it('knows nobody else', async () => {
  const asking = room.iam.send(new DeleteUserCommand({ UserName: 'nobody' }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('DeleteUser', { parameters: { UserName: 'somebody' }, resource: 'user/team/somebody' })
