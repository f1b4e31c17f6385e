import {
  CreateAccountAliasCommand,
  DeleteAccountAliasCommand,
  type IAMClient,
  ListAccountAliasesCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherCredentials } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

const remove = (AccountAlias: string, iam: IAMClient = room.iam) =>
  iam.send(new DeleteAccountAliasCommand({ AccountAlias }))

it('takes the name away, which anybody may have then', async () => {
  await room.iam.send(new CreateAccountAliasCommand({ AccountAlias: 'name' }))
  const none = {
    name: 'NoSuchEntityException',
    message: 'The account alias name does not exist.',
    $metadata: { httpStatusCode: 404 },
  }
  const others = iamClient(room.server, otherCredentials)
  await expect(remove('name', others)).rejects.toMatchObject(none)
  await remove('name')
  expect((await room.iam.send(new ListAccountAliasesCommand({}))).AccountAliases).toEqual([])
  await expect(remove('name')).rejects.toMatchObject(none)
  await others.send(new CreateAccountAliasCommand({ AccountAlias: 'name' }))
})

describeIamRequest('DeleteAccountAlias', { parameters: { AccountAlias: 'asked' }, resource: '*' })
