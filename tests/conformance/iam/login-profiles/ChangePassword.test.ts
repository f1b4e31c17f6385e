import {
  ChangePasswordCommand,
  CreateLoginProfileCommand,
  GetAccountPasswordPolicyCommand,
  type IAMClient,
  UpdateAccountPasswordPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { beforeEach, expect, it } from 'vitest'
import { jsonLog } from '../../../../packages/server/src/base/log.ts'
import { mainAccount } from '../../../support/accounts.ts'
import {
  iamClient,
  makeRole,
  makeUser,
  sessionOf,
  stsClient,
  trustPolicy,
} from '../../../support/identity-clients.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { startTestServer } from '../../../support/server.ts'

const FIRST = 'Correct horse 1'
const SECOND = 'Battery staple 2'
const own = {
  Effect: 'Allow',
  Action: 'iam:ChangePassword',
  Resource: `arn:aws:iam::${mainAccount.id}:user/\${aws:username}`,
}
const incorrect = {
  name: 'AccessDenied',
  message: 'The old password was incorrect.',
  $metadata: { httpStatusCode: 403 },
}
const denied = { name: 'AccessDenied', message: expect.stringContaining('is not authorized to perform') }
let server: TestServer
let root: IAMClient
let logged: string

beforeEach(async () => {
  logged = ''
  server = await startTestServer({ log: jsonLog('debug', { write: (line) => (logged += line) }) })
  root = iamClient(server)
  return () => server[Symbol.asyncDispose]()
})

async function userWithPassword(UserName: string, ...statements: readonly object[]): Promise<IAMClient> {
  const credentials = await makeUser(server, UserName, ...statements)
  await root.send(new CreateLoginProfileCommand({ UserName, Password: FIRST }))
  return iamClient(server, credentials)
}

const change = (iam: IAMClient, OldPassword = FIRST, NewPassword = SECOND) =>
  iam.send(new ChangePasswordCommand({ OldPassword, NewPassword }))

it("changes a user's own password", async () => {
  const jane = await userWithPassword('jane', own)
  await change(jane)
  await expect(change(jane)).rejects.toMatchObject(incorrect)
  await change(jane, SECOND, FIRST)
})

it('is allowed by a policy of the user, or by the password policy for all unless one denies it', async () => {
  const jane = await userWithPassword('jane')
  const joe = await userWithPassword('joe', { ...own, Effect: 'Deny' })
  await expect(change(jane)).rejects.toMatchObject(denied)
  await root.send(new UpdateAccountPasswordPolicyCommand({ AllowUsersToChangePassword: true }))
  await change(jane)
  const shown = await jane.send(new GetAccountPasswordPolicyCommand())
  expect(shown.PasswordPolicy?.AllowUsersToChangePassword).toBe(true)
  await expect(change(joe)).rejects.toMatchObject(denied)
  await root.send(new UpdateAccountPasswordPolicyCommand({}))
  await expect(change(jane, SECOND, FIRST)).rejects.toMatchObject(denied)
  await expect(jane.send(new GetAccountPasswordPolicyCommand())).rejects.toMatchObject(denied)
})

it('counts wrong passwords: after five none is looked at for 30 seconds', async () => {
  const jane = await userWithPassword('jane', own)
  for (let count = 1; count <= 5; count++)
    await expect(change(jane, 'wrong')).rejects.toMatchObject(incorrect)
  await expect(change(jane)).rejects.toMatchObject(incorrect)
  expect(logged).toContain(`"kind":"password","whose":"${mainAccount.id} jane","wrongGuesses":5`)
  server.clock.advance(30_000)
  await change(jane)
})

it('hears no more of many at once', async () => {
  const jane = await userWithPassword('jane', own)
  await Promise.allSettled(Array.from({ length: 8 }, () => change(jane, 'wrong')))
  expect(logged).toContain('"wrongGuesses":5')
  expect(logged).not.toContain('"wrongGuesses":6')
})

it('is held to the password policy, and then changes nothing', async () => {
  const jane = await userWithPassword('jane', own)
  const policy = { MinimumPasswordLength: 10, RequireSymbols: true, PasswordReusePrevention: 24 }
  await root.send(new UpdateAccountPasswordPolicyCommand(policy))
  const violated = { name: 'PasswordPolicyViolationException', $metadata: { httpStatusCode: 400 } }
  await expect(change(jane, FIRST, 'Short-1')).rejects.toMatchObject(violated)
  await expect(change(jane, FIRST, 'Without symbols 1')).rejects.toMatchObject({
    ...violated,
    message: 'Password should have at least one symbol',
  })
  await expect(change(jane, FIRST, FIRST)).rejects.toMatchObject({ ...violated })
  await change(jane, FIRST, `${SECOND}!`)
  await expect(change(jane, `${SECOND}!`, FIRST)).rejects.toMatchObject(violated)
})

it('is for users alone who have a password', async () => {
  await expect(change(root)).rejects.toMatchObject({
    name: 'InvalidUserTypeException',
    $metadata: { httpStatusCode: 400 },
  })
  const without = iamClient(server, await makeUser(server, 'without', own))
  await expect(change(without)).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    $metadata: { httpStatusCode: 404 },
  })
  const AssumeRolePolicyDocument = trustPolicy(mainAccount.id)
  const all = { Effect: 'Allow', Action: '*', Resource: '*' }
  const RoleArn = await makeRole(server, { RoleName: 'role', AssumeRolePolicyDocument }, all)
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' })
  const by = await makeUser(server, 'assuming', all)
  const session = sessionOf((await stsClient(server, by).send(command)).Credentials)
  await expect(change(iamClient(server, session))).rejects.toMatchObject({ name: 'InvalidUserTypeException' })
})

it('shows no password in answers and logs', async () => {
  await userWithPassword('jane', own)
  const credentials = await makeUser(server, 'raw', own)
  await root.send(new CreateLoginProfileCommand({ UserName: 'raw', Password: FIRST }))
  const parameters = { Action: 'ChangePassword', OldPassword: `${SECOND} wrong`, NewPassword: SECOND }
  const wrong = await queryRequest(server, 'iam', parameters, { credentials })
  expect([wrong.status, wrong.errorCode]).toEqual([403, 'AccessDenied'])
  const right = await queryRequest(server, 'iam', { ...parameters, OldPassword: FIRST }, { credentials })
  expect(right.status).toBe(200)
  for (const text of [wrong.text, right.text, logged]) {
    for (const word of ['horse', 'staple']) expect(text).not.toContain(word)
  }
})

it('is nobody without a signature', async () => {
  const parameters = { Action: 'ChangePassword', OldPassword: FIRST, NewPassword: SECOND }
  const answer = await queryRequest(server, 'iam', parameters, { anonymous: true })
  expect([answer.status, answer.errorCode]).toEqual([403, 'MissingAuthenticationToken'])
})
