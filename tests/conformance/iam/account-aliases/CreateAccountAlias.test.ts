import { CreateAccountAliasCommand, type IAMClient, ListAccountAliasesCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherAccount, otherCredentials } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

const create = (AccountAlias: string, iam: IAMClient = room.iam) =>
  iam.send(new CreateAccountAliasCommand({ AccountAlias }))
const aliases = async (iam: IAMClient = room.iam) =>
  (await iam.send(new ListAccountAliasesCommand({}))).AccountAliases
const taken = (alias: string) => ({
  name: 'EntityAlreadyExistsException',
  message: `The account alias ${alias} already exists.`,
  $metadata: { httpStatusCode: 409 },
})

it('gives the account a name, and another in its place', async () => {
  await create('first-name')
  expect(await aliases()).toEqual(['first-name'])
  await create('second-name')
  expect(await aliases()).toEqual(['second-name'])
  await create('first-name', iamClient(room.server, otherCredentials))
  await create('3rd')
})

it('refuses what is taken, or is the id of an account', async () => {
  await create('mine')
  const others = iamClient(room.server, otherCredentials)
  await expect(create('mine', others)).rejects.toMatchObject(taken('mine'))
  await expect(create('mine')).rejects.toMatchObject(taken('mine'))
  await expect(create(otherAccount.id)).rejects.toMatchObject(taken(otherAccount.id))
})

it('gives it to one of two accounts that ask at once', async () => {
  const others = iamClient(room.server, otherCredentials)
  for (let time = 0; time < 5; time++) {
    const asked = [create(`race-${time}`), create(`race-${time}`, others)]
    const outcomes = await Promise.allSettled(asked)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const all = [...((await aliases()) ?? []), ...((await aliases(others)) ?? [])]
    expect(all.filter((alias) => alias === `race-${time}`)).toHaveLength(1)
  }
})

it.each(['ab', 'Upper', '-a-b', 'a--b', 'x'.repeat(64)])('refuses %s', async (alias) => {
  await expect(create(alias)).rejects.toMatchObject({ name: 'ValidationError' })
})

describeIamRequest('CreateAccountAlias', { parameters: { AccountAlias: 'asked' }, resource: '*' })
