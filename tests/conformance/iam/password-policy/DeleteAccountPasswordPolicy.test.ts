import {
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteAccountPasswordPolicyCommand,
  UpdateAccountPasswordPolicyCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('brings the default policy back', async () => {
  await room.iam.send(new CreateUserCommand({ UserName: 'jane' }))
  const create = () => room.iam.send(new CreateLoginProfileCommand({ UserName: 'jane', Password: 'simple' }))
  await room.iam.send(new UpdateAccountPasswordPolicyCommand({}))
  await room.iam.send(new DeleteAccountPasswordPolicyCommand())
  await expect(create()).rejects.toMatchObject({ name: 'PasswordPolicyViolationException' })
  await room.iam.send(new UpdateAccountPasswordPolicyCommand({}))
  await create()
})

it('knows none where there is none', async () => {
  await room.iam.send(new UpdateAccountPasswordPolicyCommand({}))
  await room.iam.send(new DeleteAccountPasswordPolicyCommand())
  await expect(room.iam.send(new DeleteAccountPasswordPolicyCommand())).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The account policy with name PasswordPolicy cannot be found.',
    $metadata: { httpStatusCode: 404 },
  })
})

describeIamRequest('DeleteAccountPasswordPolicy', { resource: '*' })
