import { ListRoleTagsCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { mainAccount } from '../../../support/accounts.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('lists tags, in pages', async () => {
  const RoleName = 'tagged'
  const Tags = ['a', 'b', 'c'].map((Key) => ({ Key, Value: 'v' }))
  await makeRole(room.server, { RoleName, Tags, AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
  const first = await room.iam.send(new ListRoleTagsCommand({ RoleName, MaxItems: 2 }))
  expect([first.Tags, first.IsTruncated]).toEqual([Tags.slice(0, 2), true])
  const rest = await room.iam.send(new ListRoleTagsCommand({ RoleName, Marker: first.Marker }))
  expect([rest.Tags, rest.IsTruncated]).toEqual([Tags.slice(2), false])
})

it('knows nobody else', async () => {
  const asking = room.iam.send(new ListRoleTagsCommand({ RoleName: 'nobody' }))
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name nobody cannot be found.',
    $metadata: { httpStatusCode: 404 },
  })
})

describeIamRequest('ListRoleTags', { parameters: { RoleName: 'worker' }, resource: 'role/team/worker' })
