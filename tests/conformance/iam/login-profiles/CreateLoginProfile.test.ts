import {
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount } from '../../../support/accounts.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()
const create = (UserName: string | undefined, Password?: string, others = {}) =>
  room.iam.send(new CreateLoginProfileCommand({ UserName, Password, ...others }))

it('gives a user a password, who cannot be deleted then', async () => {
  await room.iam.send(new CreateUserCommand({ UserName: 'jane' }))
  const { LoginProfile } = await create('jane', 'Correct horse 1', { PasswordResetRequired: true })
  expect(LoginProfile).toMatchObject({
    UserName: 'jane',
    PasswordResetRequired: true,
    CreateDate: expect.any(Date),
  })
  await expect(room.iam.send(new DeleteUserCommand({ UserName: 'jane' }))).rejects.toMatchObject({
    name: 'DeleteConflictException',
    message: 'Cannot delete entity, must delete login profile first.',
  })
  await room.iam.send(new DeleteLoginProfileCommand({ UserName: 'jane' }))
  await room.iam.send(new DeleteUserCommand({ UserName: 'jane' }))
})

it('gives one password, also of two at the same time', async () => {
  await room.iam.send(new CreateUserCommand({ UserName: 'twice' }))
  const outcomes = await Promise.allSettled(
    ['Correct horse 1', 'Correct horse 2'].map((one) => create('twice', one)),
  )
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  await expect(create('twice', 'Correct horse 1')).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
    message: 'Login Profile for user twice already exists.',
    $metadata: { httpStatusCode: 409 },
  })
})

it.each([
  ['is shorter than eight characters', 'Short-1'],
  ['has two kinds of characters', 'correcthorse1'],
  ["is the account's address", mainAccount.email.toUpperCase()],
])('gives none that %s, by default', async (_, password) => {
  await room.iam.send(new CreateUserCommand({ UserName: 'weak' })).catch(() => undefined)
  const answer = await queryRequest(room.server, 'iam', {
    Action: 'CreateLoginProfile',
    UserName: 'weak',
    Password: password,
  })
  expect([answer.status, answer.errorCode]).toEqual([400, 'PasswordPolicyViolation'])
  expect(answer.text).not.toContain(password)
})

it('wants a password of the signs that there are', async () => {
  await room.iam.send(new CreateUserCommand({ UserName: 'signs' }))
  for (const password of [undefined, '', 'x'.repeat(129), 'Snow ☃ man 1']) {
    await expect(create('signs', password)).rejects.toMatchObject({ name: 'ValidationError' })
  }
})

it('knows nobody else, and gives the root user none', async () => {
  await expect(create('nobody', 'Correct horse 1')).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    $metadata: { httpStatusCode: 404 },
  })
  await expect(create(undefined, 'Correct horse 1')).rejects.toMatchObject({ name: 'ValidationError' })
})

describeIamRequest('CreateLoginProfile', {
  parameters: { UserName: 'somebody', Password: 'Correct horse 1' },
  resource: 'user/team/somebody',
})
