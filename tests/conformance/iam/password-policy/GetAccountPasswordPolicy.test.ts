import { GetAccountPasswordPolicyCommand, UpdateAccountPasswordPolicyCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount } from '../../../support/accounts.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('knows none before there is one', async () => {
  await expect(room.iam.send(new GetAccountPasswordPolicyCommand())).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: `The Password Policy with domain name ${mainAccount.id} cannot be found.`,
    $metadata: { httpStatusCode: 404 },
  })
})

it('shows what was set', async () => {
  const set = {
    MinimumPasswordLength: 14,
    RequireSymbols: true,
    RequireNumbers: true,
    RequireUppercaseCharacters: true,
    RequireLowercaseCharacters: true,
    AllowUsersToChangePassword: true,
    MaxPasswordAge: 90,
    PasswordReusePrevention: 24,
    HardExpiry: true,
  }
  await room.iam.send(new UpdateAccountPasswordPolicyCommand(set))
  const { PasswordPolicy } = await room.iam.send(new GetAccountPasswordPolicyCommand())
  expect(PasswordPolicy).toEqual({ ...set, ExpirePasswords: true })
})

describeIamRequest('GetAccountPasswordPolicy', { resource: '*' })
