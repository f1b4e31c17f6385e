import {
  ChangePasswordCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  GetLoginProfileCommand,
  UpdateAccountPasswordPolicyCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { iamClient, makeUser } from '../../../support/identity-clients.ts'
import { startTestServer } from '../../../support/server.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()
const update = (UserName: string, others: object) =>
  room.iam.send(new UpdateLoginProfileCommand({ UserName, ...others }))
const isReset = async (UserName: string) =>
  (await room.iam.send(new GetLoginProfileCommand({ UserName }))).LoginProfile?.PasswordResetRequired

it('gives a user another password', async () => {
  const own = { Effect: 'Allow', Action: 'iam:ChangePassword', Resource: '*' }
  const jane = iamClient(room.server, await makeUser(room.server, 'jane', own))
  await room.iam.send(new CreateLoginProfileCommand({ UserName: 'jane', Password: 'Correct horse 1' }))
  await update('jane', { Password: 'Correct horse 2' })
  const change = (OldPassword: string) =>
    jane.send(new ChangePasswordCommand({ OldPassword, NewPassword: 'Correct horse 3' }))
  await expect(change('Correct horse 1')).rejects.toMatchObject({ name: 'AccessDenied' })
  await change('Correct horse 2')
})

it('says whether it has to be changed, which it is no more once it was', async () => {
  const own = { Effect: 'Allow', Action: 'iam:ChangePassword', Resource: '*' }
  const joe = iamClient(room.server, await makeUser(room.server, 'joe', own))
  const [OldPassword, NewPassword] = ['Correct horse 1', 'Correct horse 2']
  await room.iam.send(new CreateLoginProfileCommand({ UserName: 'joe', Password: OldPassword }))
  await update('joe', { PasswordResetRequired: true })
  expect(await isReset('joe')).toBe(true)
  await update('joe', { Password: OldPassword })
  expect(await isReset('joe')).toBe(true)
  await joe.send(new ChangePasswordCommand({ OldPassword, NewPassword }))
  expect(await isReset('joe')).toBe(false)
})

it('is held to the password policy', async () => {
  await using server = await startTestServer()
  const iam = iamClient(server)
  await iam.send(new CreateUserCommand({ UserName: 'held' }))
  await iam.send(new UpdateAccountPasswordPolicyCommand({ PasswordReusePrevention: 2 }))
  await iam.send(new CreateLoginProfileCommand({ UserName: 'held', Password: 'correct' }))
  const send = (Password: string) => iam.send(new UpdateLoginProfileCommand({ UserName: 'held', Password }))
  const violated = { name: 'PasswordPolicyViolationException', $metadata: { httpStatusCode: 400 } }
  await expect(send('short')).rejects.toMatchObject(violated)
  await expect(send('correct')).rejects.toMatchObject(violated)
  await send('another')
  await expect(send('correct')).rejects.toMatchObject(violated)
  await send('further')
  await send('correct')
})

it('knows nobody else, and none of a user without', async () => {
  await room.iam.send(new CreateUserCommand({ UserName: 'without' }))
  for (const name of ['without', 'nobody']) {
    await expect(update(name, { Password: 'Correct horse 1' })).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      $metadata: { httpStatusCode: 404 },
    })
  }
})

describeIamRequest('UpdateLoginProfile', {
  parameters: { UserName: 'somebody', PasswordResetRequired: 'true' },
  resource: 'user/team/somebody',
})
