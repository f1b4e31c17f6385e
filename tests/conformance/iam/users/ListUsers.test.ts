import {
  CreateUserCommand,
  DeleteUserCommand,
  ListUsersCommand,
  paginateListUsers,
} from '@aws-sdk/client-iam'
import { otherCredentials } from '../../../support/accounts.ts'
import { expect, it } from 'vitest'
import { iamClient } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom(async ({ iam }) => {
  for (const [Path, UserName] of [
    ['/', 'zoe'],
    ['/', 'Adam'],
    ['/team/a/', 'bob'],
    ['/team/b/', 'carl'],
    ['/teams/', 'dora'],
  ]) {
    await iam.send(new CreateUserCommand({ Path, UserName }))
  }
})

async function names(PathPrefix?: string, pageSize = 100): Promise<(string | undefined)[]> {
  const found = []
  const input = PathPrefix === undefined ? {} : { PathPrefix }
  for await (const { Users = [] } of paginateListUsers({ client: room.iam, pageSize }, input)) {
    found.push(...Users.map(({ UserName }) => UserName))
  }
  return found
}

it("lists an account's users", async () => {
  expect(await names()).toEqual(['Adam', 'bob', 'carl', 'dora', 'zoe'])
  expect((await iamClient(room.server, otherCredentials).send(new ListUsersCommand())).Users).toEqual([])
})

it('lists those of a path', async () => {
  expect(await names('/team/')).toEqual(['bob', 'carl'])
  expect(await names('/team')).toEqual(['bob', 'carl', 'dora'])
  expect(await names('/nowhere/')).toEqual([])
})

it('lists none whose name alone begins as the prefix does', async () => {
  expect(await names('/z')).toEqual([])
  await room.iam.send(new CreateUserCommand({ UserName: 'tom' }))
  for (const pageSize of [1, 100]) expect(await names('/t', pageSize)).toEqual(['bob', 'carl', 'dora'])
  await room.iam.send(new DeleteUserCommand({ UserName: 'tom' }))
})

it.each([1, 2, 4, 5])('lists them in pages of %i', async (pageSize) => {
  expect(await names('/', pageSize)).toEqual(['Adam', 'bob', 'carl', 'dora', 'zoe'])
})

it('says whether there are more', async () => {
  const first = await room.iam.send(new ListUsersCommand({ MaxItems: 4 }))
  expect(first).toMatchObject({ IsTruncated: true, Marker: expect.any(String) })
  const { Users, IsTruncated } = await room.iam.send(new ListUsersCommand({ Marker: first.Marker }))
  expect([Users?.length, IsTruncated]).toEqual([1, false])
})

it('takes no marker of elsewhere', async () => {
  const { Marker } = await room.iam.send(new ListUsersCommand({ MaxItems: 1 }))
  const other = iamClient(room.server, otherCredentials)
  for (const stolen of [Marker, 'xyz']) {
    const asking = other.send(new ListUsersCommand({ Marker: stolen }))
    await expect(asking).rejects.toMatchObject({ name: 'ValidationError' })
  }
})

describeIamRequest('ListUsers', { parameters: { PathPrefix: '/team/' }, resource: 'user/team/' })
