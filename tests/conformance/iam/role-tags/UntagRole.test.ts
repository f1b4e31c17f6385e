import { ListRoleTagsCommand, UntagRoleCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { mainAccount } from '../../../support/accounts.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('takes tags away, in whatever case; those that are not there are no matter', async () => {
  const RoleName = 'tagged'
  const Tags = ['a', 'b'].map((Key) => ({ Key, Value: 'v' }))
  await makeRole(room.server, { RoleName, Tags, AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
  await room.iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['A', 'z'] }))
  expect((await room.iam.send(new ListRoleTagsCommand({ RoleName }))).Tags).toEqual([Tags[1]])
})

it('knows nobody else', async () => {
  const asking = room.iam.send(new UntagRoleCommand({ RoleName: 'nobody', TagKeys: ['k'] }))
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name nobody cannot be found.',
    $metadata: { httpStatusCode: 404 },
  })
})

describeIamRequest('UntagRole', {
  parameters: { RoleName: 'worker', 'TagKeys.member.1': 'k' },
  resource: 'role/team/worker',
})
