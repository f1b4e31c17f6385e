import { ListInstanceProfilesForRoleCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount } from '../../../support/accounts.ts'
import { makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom(({ server }) =>
  makeRole(server, { RoleName: 'alone', AssumeRolePolicyDocument: trustPolicy(mainAccount.id) }),
)
const list = (RoleName: string) => room.iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }))

it('tells of none, so that a role can be deleted by clients that ask first', async () => {
  expect(await list('alone')).toMatchObject({ InstanceProfiles: [], IsTruncated: false })
})

it('knows no role that is not there', async () => {
  await expect(list('nobody')).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    $metadata: { httpStatusCode: 404 },
  })
})

describeIamRequest('ListInstanceProfilesForRole', {
  parameters: { RoleName: 'worker' },
  resource: 'role/team/worker',
})
