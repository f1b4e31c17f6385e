import {
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteLoginProfileCommand,
  GetAccountPasswordPolicyCommand,
  UpdateAccountPasswordPolicyCommand,
  type UpdateAccountPasswordPolicyCommandInput,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherCredentials } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom(({ iam }) => iam.send(new CreateUserCommand({ UserName: 'jane' })))
const update = (input: UpdateAccountPasswordPolicyCommandInput) =>
  room.iam.send(new UpdateAccountPasswordPolicyCommand(input))

async function isGood(Password: string): Promise<boolean> {
  const outcome = await room.iam.send(new CreateLoginProfileCommand({ UserName: 'jane', Password })).then(
    () => true,
    (error: Error) => {
      expect(error.name).toBe('PasswordPolicyViolationException')
      return false
    },
  )
  if (outcome) await room.iam.send(new DeleteLoginProfileCommand({ UserName: 'jane' }))
  return outcome
}

it.each([
  [{}, 'sixsix', 'five5'],
  [{ MinimumPasswordLength: 12 }, 'twelvetwelve', 'eleveneleve'],
  [{ RequireUppercaseCharacters: true }, 'aaaaaA', 'aaaaaÄ'],
  [{ RequireLowercaseCharacters: true }, 'AAAAAa', 'AAAAA1'],
  [{ RequireNumbers: true }, 'aaaaa1', 'aaaaaa'],
  [{ RequireSymbols: true }, 'aaaaa|', 'aaaaa,'],
])('%j takes %s and not %s', async (policy, good, bad) => {
  await update(policy)
  expect([await isGood(good), await isGood(bad)]).toEqual([true, false])
})

it('makes what it leaves out as it is by default', async () => {
  await update({ MinimumPasswordLength: 20, RequireNumbers: true, MaxPasswordAge: 90, HardExpiry: true })
  await update({ RequireSymbols: true })
  const { PasswordPolicy } = await room.iam.send(new GetAccountPasswordPolicyCommand())
  expect(PasswordPolicy).toEqual({
    MinimumPasswordLength: 6,
    RequireSymbols: true,
    RequireNumbers: false,
    RequireUppercaseCharacters: false,
    RequireLowercaseCharacters: false,
    AllowUsersToChangePassword: false,
    ExpirePasswords: false,
  })
})

it('is of one account', async () => {
  await update({})
  const asking = iamClient(room.server, otherCredentials).send(new GetAccountPasswordPolicyCommand())
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

it.each([
  { MinimumPasswordLength: 5 },
  { MinimumPasswordLength: 129 },
  { MaxPasswordAge: 0 },
  { MaxPasswordAge: 1096 },
  { PasswordReusePrevention: 0 },
  { PasswordReusePrevention: 25 },
])('refuses %j', async (policy) => {
  await expect(update(policy)).rejects.toMatchObject({
    name: 'ValidationError',
    $metadata: { httpStatusCode: 400 },
  })
})

describeIamRequest('UpdateAccountPasswordPolicy', { resource: '*' })
